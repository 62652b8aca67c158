//! Compiling the products. Every task names the same packages and features, so that nothing is compiled twice.

use crate::{place::Place, run};
use anyhow::Result;

/// The app carries its pages inside, so it needs no development server.
pub(crate) const APP_FEATURES: &str = "pizoo/custom-protocol";

/// Builds the app, the head-less client, the backend, the virtual camera and the demo in the dev profile.
pub(crate) fn products(place: &Place) -> Result<()> {
    run::heading("build", "the app, its backend and its test partners (cargo, takes some minutes the first time)");
    run::run(run::cargo(place).args(["build", "--workspace", "--features", APP_FEATURES]))
}
