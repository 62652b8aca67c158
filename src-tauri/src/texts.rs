//! The few words that the shell says itself: in the tray and in notifications. Everything else has its words on the page.

use pizoo_api::livekit::CallType;

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Texts {
    /// What it is for: a BCP 47 tag, as in the preferences.
    tag: &'static str,
    pub(crate) open: &'static str,
    pub(crate) do_not_disturb: &'static str,
    pub(crate) quit: &'static str,
    pub(crate) incoming_video: &'static str,
    pub(crate) incoming_voice: &'static str,
    pub(crate) missed_call: &'static str,
    /// With `{name}` in it.
    new_message: &'static str,
    pub(crate) accept: &'static str,
    pub(crate) decline: &'static str,
    pub(crate) in_a_call: &'static str,
}

impl Texts {
    /// The words of the chosen language, or else the system's, or else English.
    pub(crate) fn of(chosen: Option<&str>) -> &'static Self {
        let system = || sys_locale::get_locale().and_then(|tag| find(&tag));
        chosen.and_then(find).or_else(system).unwrap_or(&ENGLISH)
    }

    /// What rings.
    pub(crate) fn incoming(&self, call_type: CallType) -> &'static str {
        match call_type {
            CallType::Video => self.incoming_video,
            CallType::Audio => self.incoming_voice,
        }
    }

    /// A name may be written from the other side; marks around it keep the sentence in order.
    pub(crate) fn new_message(&self, name: &str) -> String {
        self.new_message.replace("{name}", &format!("\u{2068}{name}\u{2069}"))
    }
}

/// `pt-PT` and `en_GB.UTF-8` find their languages, too.
fn find(tag: &str) -> Option<&'static Texts> {
    let language = |tag: &str| tag.split(['-', '_', '.']).next().unwrap_or_default().to_ascii_lowercase();
    let exact = ALL.iter().find(|texts| texts.tag.eq_ignore_ascii_case(tag));
    exact.or_else(|| ALL.iter().find(|texts| language(texts.tag) == language(tag))).copied()
}

const ALL: [&Texts; 9] = [&ENGLISH, &ARABIC, &GERMAN, &SPANISH, &FRENCH, &ITALIAN, &PORTUGUESE, &RUSSIAN, &TURKISH];

static ENGLISH: Texts = Texts {
    tag: "en",
    open: "Open Pizoo",
    do_not_disturb: "Do not disturb",
    quit: "Quit",
    incoming_video: "Incoming video call",
    incoming_voice: "Incoming voice call",
    missed_call: "Missed call",
    new_message: "New message from {name}",
    accept: "Accept",
    decline: "Decline",
    in_a_call: "In a call",
};

static ARABIC: Texts = Texts {
    tag: "ar",
    open: "فتح Pizoo",
    do_not_disturb: "عدم الإزعاج",
    quit: "إنهاء",
    incoming_video: "مكالمة فيديو واردة",
    incoming_voice: "مكالمة صوتية واردة",
    missed_call: "مكالمة فائتة",
    new_message: "رسالة جديدة من {name}",
    accept: "قبول",
    decline: "رفض",
    in_a_call: "في مكالمة",
};

static GERMAN: Texts = Texts {
    tag: "de",
    open: "Pizoo öffnen",
    do_not_disturb: "Nicht stören",
    quit: "Beenden",
    incoming_video: "Eingehender Videoanruf",
    incoming_voice: "Eingehender Anruf",
    missed_call: "Verpasster Anruf",
    new_message: "Neue Nachricht von {name}",
    accept: "Annehmen",
    decline: "Ablehnen",
    in_a_call: "Im Gespräch",
};

static SPANISH: Texts = Texts {
    tag: "es",
    open: "Abrir Pizoo",
    do_not_disturb: "No molestar",
    quit: "Salir",
    incoming_video: "Videollamada entrante",
    incoming_voice: "Llamada entrante",
    missed_call: "Llamada perdida",
    new_message: "Nuevo mensaje de {name}",
    accept: "Aceptar",
    decline: "Rechazar",
    in_a_call: "En una llamada",
};

static FRENCH: Texts = Texts {
    tag: "fr",
    open: "Ouvrir Pizoo",
    do_not_disturb: "Ne pas déranger",
    quit: "Quitter",
    incoming_video: "Appel vidéo entrant",
    incoming_voice: "Appel vocal entrant",
    missed_call: "Appel manqué",
    new_message: "Nouveau message de {name}",
    accept: "Accepter",
    decline: "Refuser",
    in_a_call: "En appel",
};

static ITALIAN: Texts = Texts {
    tag: "it",
    open: "Apri Pizoo",
    do_not_disturb: "Non disturbare",
    quit: "Esci",
    incoming_video: "Videochiamata in arrivo",
    incoming_voice: "Chiamata in arrivo",
    missed_call: "Chiamata persa",
    new_message: "Nuovo messaggio da {name}",
    accept: "Accetta",
    decline: "Rifiuta",
    in_a_call: "In chiamata",
};

static PORTUGUESE: Texts = Texts {
    tag: "pt-BR",
    open: "Abrir o Pizoo",
    do_not_disturb: "Não perturbe",
    quit: "Sair",
    incoming_video: "Chamada de vídeo recebida",
    incoming_voice: "Chamada de voz recebida",
    missed_call: "Chamada perdida",
    new_message: "Nova mensagem de {name}",
    accept: "Aceitar",
    decline: "Recusar",
    in_a_call: "Em chamada",
};

static RUSSIAN: Texts = Texts {
    tag: "ru",
    open: "Открыть Pizoo",
    do_not_disturb: "Не беспокоить",
    quit: "Выйти",
    incoming_video: "Входящий видеозвонок",
    incoming_voice: "Входящий звонок",
    missed_call: "Пропущенный звонок",
    new_message: "Новое сообщение: {name}",
    accept: "Ответить",
    decline: "Отклонить",
    in_a_call: "Идёт звонок",
};

static TURKISH: Texts = Texts {
    tag: "tr",
    open: "Pizoo'yu aç",
    do_not_disturb: "Rahatsız etme",
    quit: "Çık",
    incoming_video: "Gelen görüntülü arama",
    incoming_voice: "Gelen sesli arama",
    missed_call: "Cevapsız arama",
    new_message: "{name} yeni bir mesaj gönderdi",
    accept: "Kabul et",
    decline: "Reddet",
    in_a_call: "Aramada",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_language_comes_before_the_systems() {
        for tag in ["ar", "de", "en", "es", "fr", "it", "pt-BR", "ru", "tr"] {
            assert_eq!(Texts::of(Some(tag)).tag, tag);
        }
    }

    #[test]
    fn tags_of_systems_find_their_language() {
        for (tag, found) in [("de_AT.UTF-8", "de"), ("pt-PT", "pt-BR"), ("PT_br", "pt-BR"), ("ar-EG", "ar")] {
            assert_eq!(find(tag).map(|texts| texts.tag), Some(found), "{tag}");
        }
        assert!(find("tlh").is_none() && find("").is_none() && find("C").is_none());
    }

    #[test]
    fn every_language_names_who_wrote() {
        for texts in ALL {
            assert!(texts.new_message("سارة").contains("\u{2068}سارة\u{2069}"), "{}", texts.tag);
        }
    }
}
