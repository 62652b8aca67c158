//! Every way to sign in, and what is told where it does not.

use super::stage::{PASSWORD, SOON, address, again, backend, client, code, end, registered, user};
use pizoo_api::MatchId;
use pizoo_api::livekit::CallType;
use pizoo_client::view::ErrorCode;
use pizoo_testbed::backend::{Backend, MATCH};
use pizoo_testbed::deadline::until;
use pizoo_testbed::people::{alice, bob};

#[tokio::test]
async fn code_of_a_mail_signs_in_once_and_only_with_its_address() {
    let backend = backend().await;
    let (client, other) = (client(&backend), client(&backend));
    client.send_link(&address("ada"), "Ada").await.unwrap();
    let mail = backend.mail(&address("ada")).await.unwrap();
    assert_eq!(code(other.verify_link(&mail.code, &address("bea")).await), ErrorCode::BadCode);
    assert!(user(&other).is_none());
    client.verify_link(&format!(" {} ", mail.code), &address("ada")).await.unwrap();
    let ada = user(&client).unwrap();
    assert_eq!((ada.name.as_str(), ada.verified), ("Ada", true));
    assert_eq!(code(other.verify_link(&mail.code, &address("ada")).await), ErrorCode::BadCode);
    assert_eq!(code(other.verify_link(&mail.link, "").await), ErrorCode::BadLink, "the code used the link up");
    end([client, other], backend).await;
}

#[tokio::test]
async fn newest_mail_of_a_development_backend_signs_in() {
    let backend = backend().await;
    let client = client(&backend);
    assert_eq!(code(client.development_link(&address("cleo")).await), ErrorCode::NotFound);
    client.send_link(&address("cleo"), "").await.unwrap();
    client.development_link(&address("cleo")).await.unwrap();
    assert_eq!(user(&client).unwrap().email, Some(address("cleo")));
    end([client], backend).await;
}

#[tokio::test]
async fn password_signs_in_and_a_wrong_one_or_an_unknown_address_sound_the_same() {
    let backend = backend().await;
    let here = registered(&backend, "dora").await;
    let dora = user(&here).unwrap();
    assert_eq!((dora.name.as_str(), dora.verified), ("dora", false));
    let there = again(&backend, "dora").await;
    assert_eq!(user(&there).unwrap(), dora);
    let nobody = client(&backend);
    for email in [address("dora"), address("nobody"), "no address".into()] {
        let refused = nobody.sign_in_with_password(&email, "something else").await;
        assert_eq!(code(refused), ErrorCode::BadPassword, "{email}");
    }
    assert!(user(&nobody).is_none());
    end([here, there, nobody], backend).await;
}

#[tokio::test]
async fn registration_that_is_refused_says_why() {
    let backend = backend().await;
    let (first, second) = (registered(&backend, "emma").await, client(&backend));
    for (email, password, name) in [
        (address("fay"), "short", "Fay"),
        ("no address".into(), PASSWORD, "Fay"),
        (address("fay"), PASSWORD, " "),
        (address("emma"), PASSWORD, "Emma"),
    ] {
        let refused = second.register(&email, password, name).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Refused, "{email} {password}");
        assert!(refused.detail.is_some_and(|sentence| sentence.len() > 5), "{email} {password}");
    }
    assert!(user(&second).is_none());
    end([first, second], backend).await;
}

#[tokio::test]
async fn code_of_a_text_message_signs_in() {
    const NUMBER: &str = "+4915112345001";
    let backend = backend().await;
    let client = client(&backend);
    assert_eq!(code(client.verify_phone_code("12345678").await), ErrorCode::BadCode, "none was sent");
    assert_eq!(code(client.send_phone_code("no number").await), ErrorCode::Refused);
    client.send_phone_code(NUMBER).await.unwrap();
    assert_eq!(code(client.send_phone_code(NUMBER).await), ErrorCode::RateLimited, "one has just been sent");
    let right = backend.text(NUMBER).await.unwrap();
    let wrong = if right == "00000000" { "11111111" } else { "00000000" };
    assert_eq!(code(client.verify_phone_code(wrong).await), ErrorCode::BadCode);
    client.verify_phone_code(&format!("{} {}", &right[..4], &right[4..])).await.unwrap();
    let gina = user(&client).unwrap();
    assert!(gina.verified && gina.email.is_none());
    assert_eq!(code(client.verify_phone_code(&right).await), ErrorCode::BadCode, "it is used up");
    end([client], backend).await;
}

#[tokio::test]
async fn number_is_added_to_the_account_that_is_signed_in_and_to_one_only() {
    const NUMBER: &str = "+4915112345002";
    let backend = backend().await;
    let (hilda, ines) = (registered(&backend, "hilda").await, registered(&backend, "ines").await);
    let before = user(&hilda).unwrap();
    assert!(!before.verified);
    hilda.send_phone_code(NUMBER).await.unwrap();
    hilda.verify_phone_code(&backend.text(NUMBER).await.unwrap()).await.unwrap();
    let after = user(&hilda).unwrap();
    assert!(after.id == before.id && after.verified, "{after:?}");
    assert_eq!(hilda.devices_signed_in().await.unwrap().len(), 1, "it is still one device");
    hilda.reload().await.unwrap();

    // Who has the number now is Hilda, whatever Ines's telephone says. The server waits between two codes.
    let refused = tokio::time::timeout(SOON * 4, async {
        while let Err(error) = ines.send_phone_code(NUMBER).await {
            assert_eq!(error.code, ErrorCode::RateLimited);
            tokio::time::sleep(std::time::Duration::from_secs(error.retry_after_seconds.unwrap())).await;
        }
        ines.verify_phone_code(&backend.text(NUMBER).await.unwrap()).await.unwrap_err()
    });
    let refused = refused.await.unwrap();
    assert_eq!(refused.code, ErrorCode::Refused);
    assert!(refused.detail.unwrap().contains("another account"));
    end([hilda, ines], backend).await;
}

#[tokio::test]
async fn link_to_the_account_that_is_signed_in_leaves_one_session() {
    let backend = backend().await;
    let client = client(&backend);
    for _ in 0..2 {
        client.send_link(&address("jill"), "Jill").await.unwrap();
        let link = backend.mail(&address("jill")).await.unwrap().link;
        client.verify_link(&link, "").await.unwrap();
        let devices = client.devices_signed_in().await.unwrap();
        assert!(devices.len() == 1 && devices[0].here, "{devices:?}");
    }
    end([client], backend).await;
}

#[tokio::test]
async fn mail_that_proves_the_account_that_is_signed_in_keeps_it_so() {
    let backend = backend().await;
    let client = registered(&backend, "kate").await;
    let before = user(&client).unwrap();
    assert!(!before.verified);
    client.send_link(&address("kate"), "").await.unwrap();
    let code = backend.mail(&address("kate")).await.unwrap().code;
    client.verify_link(&code, &address("kate")).await.unwrap();
    let after = user(&client).unwrap();
    assert!(after.verified && after.id == before.id, "{after:?}");
    client.reload().await.unwrap();
    assert_eq!(client.devices_signed_in().await.unwrap().len(), 1);
    end([client], backend).await;
}

#[tokio::test]
async fn other_account_over_a_session_ends_it_with_its_call_and_shows_nothing_of_it() {
    // It rings without LiveKit.
    let backend = Backend::start_with(Backend::unreachable_livekit()).await.unwrap();
    let (here, partner) = tokio::try_join!(alice(&backend), bob(&backend)).unwrap();
    let elsewhere = alice(&backend).await.unwrap();
    assert_eq!(elsewhere.client.devices_signed_in().await.unwrap().len(), 2);
    here.client.open_chat(MatchId::from(MATCH));
    let loaded = async || here.client.chat().borrow().as_ref().is_some_and(|chat| chat.loaded);
    until("the chat", SOON, loaded).await.unwrap();
    here.call(CallType::Audio).await.unwrap();
    until("the ring", SOON, async || partner.client.incoming().borrow().is_some()).await.unwrap();

    here.client.send_link(&address("nina"), "Nina").await.unwrap();
    let link = backend.mail(&address("nina")).await.unwrap().link;
    here.client.verify_link(&link, "").await.unwrap();
    assert_eq!(user(&here.client).unwrap().email, Some(address("nina")));
    until("an empty screen", SOON, async || here.view().is_none()).await.unwrap();
    until("the end of the ring", SOON, async || partner.client.incoming().borrow().is_none()).await.unwrap();
    until("none of the other account's chats", SOON, async || {
        let conversations = here.client.conversations().borrow().clone();
        conversations.loaded && conversations.list.is_empty() && here.client.chat().borrow().is_none()
    })
    .await
    .unwrap();
    assert_eq!(elsewhere.client.devices_signed_in().await.unwrap().len(), 1, "the first session has ended");
    end([here, partner, elsewhere].map(|person| person.client), backend).await;
}
