//! Reads one Python bytes literal.

/// The bytes of the literal whose text starts right after its opening `quote`.
pub(crate) fn parse(text: &[u8], quote: u8) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    loop {
        match rest {
            [] => return Err("a bytes literal has no end".to_owned()),
            [first, ..] if *first == quote => return Ok(bytes),
            [b'\\', after @ ..] => rest = escape(after, &mut bytes)?,
            [first, after @ ..] => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
}

/// One escape sequence, without its backslash; returns what follows it.
fn escape<'a>(text: &'a [u8], bytes: &mut Vec<u8>) -> Result<&'a [u8], String> {
    let [kind, after @ ..] = text else { return Err("a bytes literal ends in a backslash".to_owned()) };
    let plain = match kind {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'v' => 11,
        b'\\' | b'\'' | b'"' => *kind,
        b'x' => {
            let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
            let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
            bytes.push(byte.ok_or("a bytes literal has a bad \\x escape")?);
            return Ok(after.get(2..).unwrap_or_default());
        }
        b'0'..=b'7' => {
            let length = text.iter().take(3).take_while(|digit| (b'0'..=b'7').contains(digit)).count();
            let (digits, after) = text.split_at(length);
            let value = digits.iter().fold(0_u32, |value, digit| value * 8 + u32::from(digit - b'0'));
            bytes.push(u8::try_from(value).map_err(|_| "a bytes literal has an octal escape above 255")?);
            return Ok(after);
        }
        // Python keeps an unknown escape as it stands.
        other => {
            bytes.push(b'\\');
            *other
        }
    };
    bytes.push(plain);
    Ok(after)
}
