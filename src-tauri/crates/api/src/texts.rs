//! Texts that the specification fixes to the letter.

/// 403 of the token endpoint for an account that is not verified.
pub const NOT_VERIFIED: &str = "Account not verified. Please complete verification to use calls.";
/// `message` of the status answer when calls can be made.
pub const LIVEKIT_READY: &str = "LiveKit is ready";
/// `message` of the status answer, and `detail` of the token endpoint's 503, when a setting is missing.
pub const LIVEKIT_NOT_CONFIGURED: &str = "LiveKit credentials not configured";

/// 429 of the token endpoint. `minutes` is rounded up, so it never says 0.
pub fn rate_limited(minutes: u64) -> String {
    format!("Rate limit exceeded. Maximum 30 calls per hour. Try again in {minutes} minutes.")
}

/// 409 of the token endpoint when two others are in the room.
pub const CALL_FULL: &str = "The call is full: two people are in it already.";
/// 403 of a ring whose caller has not agreed to calls in that match.
pub const CALLING_NOT_ALLOWED: &str = "Allow calls in this match first.";
