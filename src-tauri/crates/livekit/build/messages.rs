//! Generates the Rust code of the library's messages from the descriptors that its wheel carries, so that both always fit.

use crate::bytes_literal;
use prost::Message as _;
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Messages kept free of `Debug`: requests and events quote tokens and keys, so nothing here may be printable by accident.
const NOT_PRINTABLE: &str = ".";

/// Writes `livekit.proto.rs` into `out`, from the `*_pb2.py` files in `descriptors`.
pub(crate) fn generate(descriptors: &Path, out: &Path) -> Result<(), String> {
    let mut files = BTreeMap::new();
    let folder = fs::read_dir(descriptors).map_err(|error| format!("{}: {error}", descriptors.display()))?;
    for entry in folder {
        let path = entry.map_err(|error| format!("{}: {error}", descriptors.display()))?.path();
        if path.to_string_lossy().ends_with("_pb2.py") {
            let file = read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            files.insert(file.name().to_owned(), file);
        }
    }
    let mut set = FileDescriptorSet::default();
    let mut done = BTreeSet::new();
    for name in files.keys() {
        add(name, &files, &mut done, &mut set)?;
    }
    prost_build::Config::new()
        .out_dir(out)
        .skip_debug([NOT_PRINTABLE])
        .compile_fds(set)
        .map_err(|error| format!("code generation: {error}"))
}

fn read(path: &Path) -> Result<FileDescriptorProto, String> {
    const CALL: &[u8] = b"AddSerializedFile(b";
    let source = fs::read(path).map_err(|error| error.to_string())?;
    let start =
        source.windows(CALL.len()).position(|window| window == CALL).ok_or("no descriptor inside")? + CALL.len();
    let (quote, text) = source.get(start..).and_then(<[u8]>::split_first).ok_or("no descriptor inside")?;
    let bytes = bytes_literal::parse(text, *quote)?;
    FileDescriptorProto::decode(bytes.as_slice()).map_err(|error| error.to_string())
}

/// Adds a file after everything that it imports, as the generator expects.
fn add(
    name: &str,
    files: &BTreeMap<String, FileDescriptorProto>,
    done: &mut BTreeSet<String>,
    set: &mut FileDescriptorSet,
) -> Result<(), String> {
    if !done.insert(name.to_owned()) {
        return Ok(());
    }
    let file = files.get(name).ok_or_else(|| format!("the descriptors lack {name}"))?;
    for dependency in &file.dependency {
        add(dependency, files, done, set)?;
    }
    set.file.push(file.clone());
    Ok(())
}
