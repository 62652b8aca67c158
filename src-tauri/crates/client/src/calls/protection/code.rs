//! The code that two people compare, for their eyes.

use super::agreement::Agreed;

/// Matrix's emoji, by number (Client-Server API, "SAS method: emoji"): easy to tell apart and to name.
const EMOJI: [&str; 64] = [
    "🐶", "🐱", "🦁", "🐎", "🦄", "🐷", "🐘", "🐰", "🐼", "🐓", "🐧", "🐢", "🐟", "🐙", "🦋", "🌷", "🌳", "🌵", "🍄",
    "🌏", "🌙", "☁️", "🔥", "🍌", "🍎", "🍓", "🌽", "🍕", "🎂", "❤️", "😀", "🤖", "🎩", "👓", "🔧", "🎅", "👍", "☂️",
    "⌛", "⏰", "🎁", "💡", "📕", "✏️", "📎", "✂️", "🔒", "🔑", "🔨", "☎️", "🏁", "🚂", "🚲", "✈️", "🚀", "🏆", "⚽",
    "🎸", "🎺", "🔔", "⚓", "🎧", "📁", "📌",
];

/// Seven of them.
pub(super) fn emoji(agreed: &Agreed) -> Vec<String> {
    agreed.emoji.iter().filter_map(|&number| EMOJI.get(usize::from(number))).map(|&emoji| emoji.to_owned()).collect()
}

/// Three numbers of four digits.
pub(super) fn numbers(agreed: &Agreed) -> String {
    let (first, second, third) = agreed.decimals;
    format!("{first} · {second} · {third}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_emoji_stands_for_two_numbers() {
        assert_eq!(EMOJI.iter().collect::<BTreeSet<_>>().len(), 64);
        // The ends, and one after the first with a variation selector, as the specification numbers them.
        assert_eq!((EMOJI[0], EMOJI[22], EMOJI[63]), ("🐶", "🔥", "📌"));
    }
}
