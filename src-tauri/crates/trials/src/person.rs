//! Somebody who signed up at the backend.

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

/// Signed in by mock mail.
#[derive(Clone)]
pub(crate) struct Person {
    http: Client,
    url: String,
    pub(crate) id: String,
    pub(crate) access: String,
    pub(crate) refresh: String,
}

/// What came back, if anything did.
pub(crate) type Answer = Option<(StatusCode, Value)>;

impl Person {
    pub(crate) async fn sign_up(http: &Client, url: &str, email: &str) -> Result<Self> {
        let post = async |path: &str, body: Value| -> Result<Value> {
            let answer = http.post(format!("{url}{path}")).body(body.to_string()).send().await?;
            let status = answer.status();
            let text = answer.text().await?;
            ensure!(status.is_success(), "{path}: {status} {text}");
            Ok(serde_json::from_str(&text)?)
        };
        post("/api/auth/email/send-link", json!({"email": email, "name": "Trial"})).await?;
        let mail = http.get(format!("{url}/api/development/mail?email={email}")).send().await?.json::<Value>().await?;
        let token = mail["link"].as_str().and_then(|link| link.split_once("token=")).context("no link in the mail")?.1;
        let session = post("/api/auth/email/verify", json!({"token": token})).await?;
        let text = |value: &Value| value.as_str().map(str::to_owned).context("a field is missing");
        Ok(Self {
            http: http.clone(),
            url: url.to_owned(),
            id: text(&session["user"]["id"])?,
            access: text(&session["access_token"])?,
            refresh: text(&session["refresh_token"])?,
        })
    }

    /// Asks; `None` if no whole answer came.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.access);
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let answer = request.send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        Some((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        let (status, body) = self.ask(Method::GET, path, None).await.context("no answer")?;
        ensure!(status.is_success(), "GET {path}: {status} {body}");
        Ok(body)
    }
}

/// A client that keeps its connections, and gives up late.
pub(crate) fn http() -> Result<Client> {
    Ok(Client::builder().timeout(std::time::Duration::from_secs(20)).build()?)
}
