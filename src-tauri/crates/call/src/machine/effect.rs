//! What a machine asks for. It is carried out elsewhere, and what came of it is an input again.

/// What is to be done. Effects are carried out in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask the server to ring; answer `Rings`, `Answered`, `RingOver` or `CouldNotStart`.
    Ring,
    /// Tell the server that the ring is answered; answer `Answered`, `RingOver` or `CouldNotStart`.
    Answer,
    /// Tell the server that the ring is given up.
    CancelRing,
    /// Tell the server that the call is over.
    EndCall,
    /// Ask the token endpoint; answer `TokenReady` or `CouldNotStart`.
    FetchToken,
    /// Join the room with the newest token; answer `Joined` or `JoinFailed`.
    Join,
    /// Open or close the microphone; answer `MicrophoneIs` or `MicrophoneLost`.
    Microphone(bool),
    /// Open or close the camera; answer `CameraIs` or `CameraLost`.
    Camera(bool),
    /// Close both devices and leave the room. Idempotent.
    Release,
}
