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
    /// The same where nobody is to be named.
    pub(crate) somebody_wrote: &'static str,
    pub(crate) somebody_calls: &'static str,
    pub(crate) accept: &'static str,
    pub(crate) accept_video: &'static str,
    pub(crate) accept_voice: &'static str,
    pub(crate) decline: &'static str,
    pub(crate) in_a_call: &'static str,
    pub(crate) quiet_for_an_hour: &'static str,
    /// With `{count}` in it; a form that does not depend on the number.
    unread: &'static str,
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

    /// How many messages wait.
    pub(crate) fn unread(&self, count: u32) -> String {
        self.unread.replace("{count}", &count.to_string())
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
    somebody_wrote: "Somebody wrote to you",
    somebody_calls: "Somebody is calling",
    accept: "Accept",
    accept_video: "Accept with video",
    accept_voice: "Accept as voice call",
    decline: "Decline",
    in_a_call: "In a call",
    quiet_for_an_hour: "Quiet for an hour",
    unread: "Unread messages: {count}",
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
    somebody_wrote: "كتب لك أحدهم",
    somebody_calls: "هناك من يتصل بك",
    accept: "قبول",
    accept_video: "قبول مع الفيديو",
    accept_voice: "قبول كمكالمة صوتية",
    decline: "رفض",
    in_a_call: "في مكالمة",
    quiet_for_an_hour: "هدوء لمدة ساعة",
    unread: "الرسائل غير المقروءة: {count}",
};

static GERMAN: Texts = Texts {
    tag: "de",
    open: "Pizoo öffnen",
    do_not_disturb: "Nicht stören",
    quit: "Beenden",
    incoming_video: "Eingehender Videoanruf",
    incoming_voice: "Eingehender Sprachanruf",
    missed_call: "Verpasster Anruf",
    new_message: "Neue Nachricht von {name}",
    somebody_wrote: "Jemand hat dir geschrieben",
    somebody_calls: "Jemand ruft an",
    accept: "Annehmen",
    accept_video: "Mit Video annehmen",
    accept_voice: "Als Sprachanruf annehmen",
    decline: "Ablehnen",
    in_a_call: "Im Gespräch",
    quiet_for_an_hour: "Eine Stunde Ruhe",
    unread: "Ungelesene Nachrichten: {count}",
};

static SPANISH: Texts = Texts {
    tag: "es",
    open: "Abrir Pizoo",
    do_not_disturb: "No molestar",
    quit: "Salir",
    incoming_video: "Videollamada entrante",
    incoming_voice: "Llamada de voz entrante",
    missed_call: "Llamada perdida",
    new_message: "Nuevo mensaje de {name}",
    somebody_wrote: "Alguien te ha escrito",
    somebody_calls: "Alguien te llama",
    accept: "Aceptar",
    accept_video: "Aceptar con cámara",
    accept_voice: "Aceptar como llamada de voz",
    decline: "Rechazar",
    in_a_call: "En una llamada",
    quiet_for_an_hour: "Silencio durante una hora",
    unread: "Mensajes sin leer: {count}",
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
    somebody_wrote: "Quelqu’un t’a écrit",
    somebody_calls: "Quelqu’un t’appelle",
    accept: "Accepter",
    accept_video: "Accepter avec la vidéo",
    accept_voice: "Accepter en appel vocal",
    decline: "Refuser",
    in_a_call: "En appel",
    quiet_for_an_hour: "Silence pendant une heure",
    unread: "Messages non lus : {count}",
};

static ITALIAN: Texts = Texts {
    tag: "it",
    open: "Apri Pizoo",
    do_not_disturb: "Non disturbare",
    quit: "Esci",
    incoming_video: "Videochiamata in arrivo",
    incoming_voice: "Chiamata vocale in arrivo",
    missed_call: "Chiamata persa",
    new_message: "Nuovo messaggio da {name}",
    somebody_wrote: "Qualcuno ti ha scritto",
    somebody_calls: "Qualcuno ti sta chiamando",
    accept: "Accetta",
    accept_video: "Accetta con video",
    accept_voice: "Accetta come chiamata vocale",
    decline: "Rifiuta",
    in_a_call: "In chiamata",
    quiet_for_an_hour: "Silenzio per un’ora",
    unread: "Messaggi non letti: {count}",
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
    somebody_wrote: "Alguém escreveu para você",
    somebody_calls: "Alguém está ligando",
    accept: "Atender",
    accept_video: "Atender com vídeo",
    accept_voice: "Atender só com voz",
    decline: "Recusar",
    in_a_call: "Em chamada",
    quiet_for_an_hour: "Silêncio por uma hora",
    unread: "Mensagens não lidas: {count}",
};

static RUSSIAN: Texts = Texts {
    tag: "ru",
    open: "Открыть Pizoo",
    do_not_disturb: "Не беспокоить",
    quit: "Выйти",
    incoming_video: "Входящий видеозвонок",
    incoming_voice: "Входящий аудиозвонок",
    missed_call: "Пропущенный звонок",
    new_message: "Новое сообщение: {name}",
    somebody_wrote: "Кто-то написал",
    somebody_calls: "Кто-то звонит",
    accept: "Принять",
    accept_video: "Принять с видео",
    accept_voice: "Принять как аудиозвонок",
    decline: "Отклонить",
    in_a_call: "Идёт звонок",
    quiet_for_an_hour: "Тишина на час",
    unread: "Непрочитанные сообщения: {count}",
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
    somebody_wrote: "Biri sana yazdı",
    somebody_calls: "Biri arıyor",
    accept: "Yanıtla",
    accept_video: "Görüntülü yanıtla",
    accept_voice: "Sesli arama olarak yanıtla",
    decline: "Reddet",
    in_a_call: "Aramada",
    quiet_for_an_hour: "Bir saat sessiz",
    unread: "Okunmamış mesajlar: {count}",
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
    fn every_language_says_how_many_messages_wait() {
        for texts in ALL {
            assert!(texts.unread(12).contains("12"), "{}", texts.tag);
        }
    }

    #[test]
    fn every_language_names_who_wrote() {
        for texts in ALL {
            assert!(texts.new_message("سارة").contains("\u{2068}سارة\u{2069}"), "{}", texts.tag);
        }
    }
}
