//! Prints the UI's TypeScript types, as they follow from the Rust types; `cargo xtask types` puts them in their place.

use pizoo_client::view::{
    CallStatistics, CameraStart, Changes, Devices, Person, Preview, SignedInDevice, Snapshot, Swiped, Tile, UserError,
};
use std::collections::BTreeMap;
use ts_rs::{Config, TS, TypeVisitor};

/// Declarations by name, so that the order is always the same.
#[derive(Default)]
struct Declarations {
    config: Config,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // What TypeScript has itself, such as `string`, has no file to go to.
        if T::output_path().is_none() {
            return;
        }
        let name = T::ident(&self.config);
        if self.found.contains_key(&name) {
            return;
        }
        let documentation = T::docs().unwrap_or_default();
        self.found.insert(name, format!("{documentation}export {}\n", T::decl(&self.config)));
        T::visit_dependencies(self);
    }
}

fn main() {
    let mut declarations = Declarations::default();
    declarations.visit::<Snapshot>();
    declarations.visit::<Changes>();
    declarations.visit::<Tile>();
    declarations.visit::<CameraStart>();
    declarations.visit::<CallStatistics>();
    declarations.visit::<UserError>();
    declarations.visit::<Devices>();
    declarations.visit::<Preview>();
    declarations.visit::<Person>();
    declarations.visit::<Swiped>();
    declarations.visit::<SignedInDevice>();
    println!("// Written by `cargo xtask types` from the Rust types; do not edit.\n");
    let texts: Vec<_> = declarations.found.into_values().collect();
    print!("{}", texts.join("\n"));
}
