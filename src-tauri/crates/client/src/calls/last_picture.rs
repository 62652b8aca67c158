//! Whether the other side's last picture stays on the screen: it does while they, or the own connection, are on the way back.
//! Pure; it draws nothing.

use std::time::Duration;

/// A leaving begins with the end of the tracks; the word of it comes within this time, if it was one.
const LEAVING: Duration = Duration::from_secs(1);
/// Who is back and has a camera on publishes it within this time.
const RETURNING: Duration = Duration::from_secs(4);

/// What the room tells of the other side's camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RemoteCamera {
    /// They are not in the room, or there is no room.
    Away,
    /// They are there and publish none.
    Unpublished,
    /// They turned it off.
    Off,
    /// A picture comes, or is about to.
    On,
}

/// The picture that is shown, if any.
#[derive(Debug, Default)]
pub(super) struct LastPicture {
    shown: bool,
    /// They, or the own connection, were away since a picture was last on its way.
    was_away: bool,
    /// When it is let go of if nothing changes.
    until: Option<Duration>,
}

impl LastPicture {
    /// Takes in how things are at `now`; `together` says that no connection is being restored. Returns whether there is a
    /// picture to be shown.
    pub(super) fn look(&mut self, camera: RemoteCamera, together: bool, now: Duration) -> bool {
        match camera {
            RemoteCamera::On => *self = Self { shown: true, ..Self::default() },
            RemoteCamera::Off => *self = Self::default(),
            RemoteCamera::Unpublished if together && self.shown => {
                let patience = if self.was_away { RETURNING } else { LEAVING };
                if *self.until.get_or_insert(now + patience) <= now {
                    *self = Self::default();
                }
            }
            RemoteCamera::Unpublished | RemoteCamera::Away => {
                self.until = None;
                self.was_away = self.shown;
            }
        }
        self.shown
    }

    /// When the next look is due even if nothing happens.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::RemoteCamera::{Away, Off, On, Unpublished};
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const S: Duration = Duration::from_secs(1);

    fn shown() -> LastPicture {
        let mut picture = LastPicture::default();
        assert!(picture.look(On, true, S));
        picture
    }

    #[test]
    fn picture_goes_at_once_when_they_turn_the_camera_off() {
        for together in [true, false] {
            let mut picture = shown();
            assert!(!picture.look(Off, together, S));
            assert_eq!(picture.deadline(), None);
        }
    }

    #[test]
    fn picture_goes_soon_when_they_end_the_camera_and_stay() {
        let mut picture = shown();
        assert!(picture.look(Unpublished, true, S));
        let until = picture.deadline().unwrap();
        assert_eq!(until, S + LEAVING);
        assert!(picture.look(Unpublished, true, until - MS));
        assert!(!picture.look(Unpublished, true, until));
        assert_eq!(picture.deadline(), None);
    }

    #[test]
    fn picture_stays_while_they_are_away_though_their_tracks_ended_first() {
        let mut picture = shown();
        assert!(picture.look(Unpublished, true, S));
        assert!(picture.look(Away, true, S + 50 * MS));
        assert_eq!(picture.deadline(), None);
        assert!(picture.look(Away, false, 31 * S), "for as long as they are waited for");
        assert!(picture.look(On, true, 31 * S));
    }

    #[test]
    fn picture_stays_while_the_own_connection_is_restored() {
        let mut picture = shown();
        assert!(picture.look(Unpublished, false, S));
        assert!(picture.look(Unpublished, false, 60 * S));
        assert!(picture.look(Away, false, 60 * S));
        assert_eq!(picture.deadline(), None);
    }

    #[test]
    fn who_comes_back_without_a_camera_is_not_shown_as_they_were_for_long() {
        let mut picture = shown();
        assert!(picture.look(Away, false, S));
        assert!(picture.look(Unpublished, true, 2 * S));
        let until = picture.deadline().unwrap();
        assert_eq!(until, 2 * S + RETURNING);
        assert!(picture.look(Unpublished, true, until - MS));
        assert!(!picture.look(Unpublished, true, until));
        assert!(!picture.look(Away, false, until), "what is gone does not return");
        assert!(picture.look(On, true, until));
    }

    #[test]
    fn where_no_picture_ever_came_there_is_none_to_keep() {
        let mut picture = LastPicture::default();
        for camera in [Unpublished, Away, Off] {
            assert!(!picture.look(camera, true, S));
            assert_eq!(picture.deadline(), None);
        }
    }
}
