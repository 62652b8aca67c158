//! What an owner may write into their profile.
//!
//! The name, photos and `bio` have rules of their own. Whatever else the original's clients fill in (interests, height, a
//! city) is kept as it comes, as long as it is simple and small.

use crate::input;
use pizoo_api::photos::id_in;
use serde_json::{Map, Value};
use url::Url;

const PHOTOS: usize = 9;
/// Of one photo's address, in bytes.
const ADDRESS: usize = 2048;
/// Characters.
const BIO: usize = 2000;
const FIELDS: usize = 32;
/// Of all fields together as JSON, in bytes.
const SIZE: usize = 8 * 1024;
/// Of a field's name, in bytes.
const NAME: usize = 64;
/// The server's own; a client that sends its whole profile back changes nothing of them.
const OURS: [&str; 4] = ["id", "user_id", "created_at", "updated_at"];

/// A change that is not taken: the field, and why.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub(crate) struct Refused {
    pub(crate) field: String,
    pub(crate) problem: &'static str,
}

fn refuse<T>(field: &str, problem: &'static str) -> Result<T, Refused> {
    Err(Refused { field: field.chars().take(NAME).collect(), problem })
}

/// What is to change.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Change {
    pub(crate) display_name: Option<String>,
    pub(crate) photos: Option<Vec<String>>,
    /// `null` takes a field away.
    pub(crate) fields: Map<String, Value>,
}

/// Reads a change as a client sent it.
pub(crate) fn change(body: Map<String, Value>) -> Result<Change, Refused> {
    let mut change = Change::default();
    for (name, value) in body {
        match name.as_str() {
            "display_name" => change.display_name = Some(display_name(&value)?),
            "photos" => change.photos = Some(photos(&value)?),
            "bio" => drop(change.fields.insert(name, bio(&value)?)),
            ours if OURS.contains(&ours) => {}
            _ => {
                let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
                if name.is_empty() || name.len() > NAME || !name.chars().all(good) {
                    return refuse(&name, "a field's name is letters, digits and underscores");
                }
                let value = simple(&name, value, 0)?;
                change.fields.insert(name, value);
            }
        }
    }
    Ok(change)
}

/// The fields with a change in them.
pub(crate) fn merged(
    mut fields: Map<String, Value>,
    change: Map<String, Value>,
) -> Result<Map<String, Value>, Refused> {
    for (name, value) in change {
        if value.is_null() { drop(fields.remove(&name)) } else { drop(fields.insert(name, value)) }
    }
    if fields.len() > FIELDS {
        return refuse("", "a profile has at most 32 fields");
    }
    let size = serde_json::to_string(&fields).map_or(usize::MAX, |text| text.len());
    if size > SIZE { refuse("", "a profile has at most 8 KB") } else { Ok(fields) }
}

fn display_name(value: &Value) -> Result<String, Refused> {
    let name = value.as_str().map(input::name).unwrap_or_default();
    if name.is_empty() { refuse("display_name", "a name is text and not empty") } else { Ok(name) }
}

fn photos(value: &Value) -> Result<Vec<String>, Refused> {
    // Whose a kept photo is, is asked where the list is stored. It does not count: the server put it there.
    let is_kept = |one: &Value| one.as_str().and_then(id_in).is_some();
    let is_photo = |address: &str| {
        let url = Url::parse(address).ok().filter(|url| url.scheme() == "https" && url.has_host());
        address.len() <= ADDRESS && url.is_some_and(|url| url.username().is_empty() && url.password().is_none())
    };
    let few = |list: &&Vec<Value>| list.len() <= PHOTOS + usize::from(list.iter().any(is_kept));
    let Some(addresses) = value.as_array().filter(few) else {
        return refuse("photos", "photos are a list of at most 9 addresses");
    };
    let good = |one: &Value| is_kept(one) || one.as_str().is_some_and(is_photo);
    if !addresses.iter().all(good) {
        return refuse("photos", "a photo is an address that begins with https://, or the own one on this server");
    }
    Ok(addresses.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect())
}

fn bio(value: &Value) -> Result<Value, Refused> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::String(text) if text.chars().count() <= BIO => Ok(Value::String(input::lines(text))),
        _ => refuse("bio", "a bio is text of at most 2000 characters"),
    }
}

/// Text, numbers, yes or no, and flat lists and objects of them.
fn simple(field: &str, value: Value, depth: usize) -> Result<Value, Refused> {
    match value {
        Value::String(text) => Ok(Value::String(input::lines(&text))),
        Value::Array(values) if depth == 0 => values
            .into_iter()
            .map(|value| simple(field, value, depth + 1))
            .collect::<Result<Vec<Value>, _>>()
            .map(Value::Array),
        Value::Object(values) if depth == 0 => {
            let cleaned =
                values.into_iter().map(|(name, value)| Ok((input::name(&name), simple(field, value, depth + 1)?)));
            cleaned.collect::<Result<Map<String, Value>, _>>().map(Value::Object)
        }
        Value::Array(_) | Value::Object(_) => refuse(field, "a field is simple, or a flat list or object"),
        value => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, change, merged};
    use serde_json::{Map, Value, json};

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn refused(value: Value) -> String {
        change(map(value)).unwrap_err().field
    }

    #[test]
    fn known_fields_are_cleaned_and_others_kept() {
        let change = change(map(json!({
            "display_name": " A\nda ", "photos": ["https://x.example/1.jpg"], "bio": "a\nb\u{202e}\u{7}",
            "height": 172, "interests": ["tea", "go\u{0}"], "place": {"city": "Ankara"}, "id": "mine", "city": null,
        })));
        let fields = json!({"bio": "a\nb", "height": 172, "interests": ["tea", "go"], "place": {"city": "Ankara"}, "city": null});
        assert_eq!(
            change.unwrap(),
            Change {
                display_name: Some("A da".into()),
                photos: Some(vec!["https://x.example/1.jpg".into()]),
                fields: map(fields),
            }
        );
    }

    #[test]
    fn what_is_not_simple_or_no_photo_is_refused() {
        for photos in [
            json!("x"),
            json!(["http://x.example"]),
            json!(["javascript:alert(1)"]),
            json!(["https://u:p@x.example"]),
            json!([7]),
            json!(vec!["https://x.example"; 10]),
            json!([format!("https://x.example/{}", "a".repeat(2048))]),
            json!(["/api/photos/short"]),
            json!([format!("/api/photos/../{}", "a".repeat(32))]),
        ] {
            assert_eq!(refused(json!({"photos": photos})), "photos");
        }
        assert_eq!(refused(json!({"display_name": " \n"})), "display_name");
        assert_eq!(refused(json!({"display_name": null})), "display_name");
        assert_eq!(refused(json!({"bio": "x".repeat(2001)})), "bio");
        assert_eq!(refused(json!({"deep": [[1]]})), "deep");
        assert_eq!(refused(json!({"<b>": 1})), "<b>");
    }

    #[test]
    fn kept_photo_is_taken_beside_nine_others() {
        let kept = format!("/api/photos/{}", "0a".repeat(16));
        let list: Vec<String> = std::iter::once(kept).chain((0..9).map(|i| format!("https://x.example/{i}"))).collect();
        assert_eq!(change(map(json!({"photos": list}))).unwrap().photos, Some(list.clone()));
        let one_more = [&list[..], &list[1..2]].concat();
        assert_eq!(refused(json!({"photos": one_more})), "photos");
    }

    #[test]
    fn fields_are_few_and_small_and_null_takes_one_away() {
        let many = |count: usize| (0..count).map(|i| (format!("f{i}"), json!(i))).collect::<Map<_, _>>();
        assert_eq!(merged(many(32), map(json!({"f0": null, "new": 1}))).unwrap().len(), 32);
        assert!(merged(many(32), map(json!({"new": 1}))).is_err());
        assert!(merged(Map::new(), map(json!({"text": "x".repeat(8192)}))).is_err());
    }
}
