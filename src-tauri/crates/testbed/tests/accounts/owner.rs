//! What its owner may do with an account.

use super::stage::{PASSWORD, SOON, address, again, backend, client, code, end, registered, user};
use pizoo_client::view::{ErrorCode, SessionView};
use pizoo_testbed::deadline::until;

#[tokio::test]
async fn sign_out_here_leaves_the_other_device_signed_in() {
    let backend = backend().await;
    let here = registered(&backend, "jane").await;
    let there = again(&backend, "jane").await;
    here.sign_out().await.unwrap();
    assert!(matches!(*here.session().borrow(), SessionView::SignedOut { problem: None }));
    there.reload().await.unwrap();
    let devices = there.devices_signed_in().await.unwrap();
    assert!(devices.len() == 1 && devices[0].here, "{devices:?}");
    end([here, there], backend).await;
}

#[tokio::test]
async fn sign_out_everywhere_ends_both_and_the_other_learns_it_at_its_next_request() {
    let backend = backend().await;
    let here = registered(&backend, "kim").await;
    let there = again(&backend, "kim").await;
    here.sign_out_everywhere().await.unwrap();
    assert!(matches!(*here.session().borrow(), SessionView::SignedOut { problem: None }));
    assert_eq!(code(there.reload().await), ErrorCode::SignedOut);
    match &*there.session().borrow() {
        SessionView::SignedOut { problem: Some(problem) } => assert_eq!(problem.code, ErrorCode::SignedOut),
        other => panic!("{other:?}"),
    }
    end([here, there], backend).await;
}

#[tokio::test]
async fn other_device_is_listed_and_signed_out_once() {
    let backend = backend().await;
    let here = registered(&backend, "lena").await;
    let there = again(&backend, "lena").await;
    let devices = here.devices_signed_in().await.unwrap();
    assert_eq!(devices.len(), 2);
    assert_eq!(devices.iter().filter(|device| device.here).count(), 1);
    let other = devices.into_iter().find(|device| !device.here).unwrap();
    assert!(!other.name.is_empty() && other.last_seen.ends_with('Z'), "{other:?}");
    here.sign_out_device(&other.id).await.unwrap();
    assert_eq!(code(there.reload().await), ErrorCode::SignedOut);
    assert_eq!(code(here.sign_out_device(&other.id).await), ErrorCode::NotFound);
    here.reload().await.unwrap();
    end([here, there], backend).await;
}

#[tokio::test]
async fn new_name_is_shown_here_and_there() {
    let backend = backend().await;
    let here = registered(&backend, "mia").await;
    let there = again(&backend, "mia").await;
    here.rename("  Mia\nMaria ").await.unwrap();
    assert_eq!(user(&here).unwrap().name, "Mia Maria");
    there.reload().await.unwrap();
    assert_eq!(user(&there).unwrap().name, "Mia Maria");
    let refused = here.rename(" ").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Refused);
    assert_eq!(user(&here).unwrap().name, "Mia Maria");
    end([here, there], backend).await;
}

#[tokio::test]
async fn export_is_a_new_file_with_what_the_server_keeps_and_without_secrets() {
    let backend = backend().await;
    let client = registered(&backend, "nora").await;
    let folder = tempfile::tempdir().unwrap();
    let file = client.export_data(folder.path()).await.unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(all["user"]["email"], address("nora"));
    assert_eq!(all["user"]["id"], user(&client).unwrap().id.as_str());
    assert!(!text.contains(PASSWORD) && !text.contains("$argon2"));
    let second = client.export_data(folder.path()).await.unwrap();
    assert_ne!(second, file);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "the first one is as it was");
    let nowhere = client.export_data(&folder.path().join("not there")).await;
    assert_eq!(code(nowhere), ErrorCode::Internal);
    end([client], backend).await;
}

#[tokio::test]
async fn deleted_account_is_gone_on_every_device() {
    let backend = backend().await;
    let here = registered(&backend, "olga").await;
    let there = again(&backend, "olga").await;
    let id = user(&here).unwrap().id;
    here.delete_account().await.unwrap();
    assert!(matches!(*here.session().borrow(), SessionView::SignedOut { problem: None }));
    assert_eq!(code(there.reload().await), ErrorCode::SignedOut);
    let stranger = client(&backend);
    let refused = stranger.sign_in_with_password(&address("olga"), PASSWORD).await;
    assert_eq!(code(refused), ErrorCode::BadPassword);
    let new = registered(&backend, "olga").await;
    assert_ne!(user(&new).unwrap().id, id, "the address is free for a new account");
    end([here, there, stranger, new], backend).await;
}

#[tokio::test]
async fn nothing_of_an_account_can_be_done_signed_out() {
    let backend = backend().await;
    let client = client(&backend);
    let settled = async || !matches!(*client.session().borrow(), SessionView::Starting { .. });
    until("a look into the keychain", SOON, settled).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(code(client.rename("Somebody").await), ErrorCode::SignedOut);
    assert_eq!(code(client.devices_signed_in().await), ErrorCode::SignedOut);
    assert_eq!(code(client.export_data(folder.path()).await), ErrorCode::SignedOut);
    assert_eq!(code(client.delete_account().await), ErrorCode::SignedOut);
    assert_eq!(code(client.discover().await), ErrorCode::SignedOut);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    end([client], backend).await;
}
