//! Faults as JSON.
//!
//! `fault` plants one: `{"do":"fault","on":"POST /channels/*/messages","kind":"error","status":502,"done":"late","times":1}`
//! (kinds, fields and chances are those of [`Fault`]) and answers with its number. `faults` lists them. `struck` waits
//! (25 s at most) until one has struck `at_least` so often, `emptied` until one holds nothing any more (released, or its client gone); `release` lets go what one holds; `remove` removes one, or
//! all if none is named by `fault`.

use super::LONGEST_WAIT;
use crate::faults::{Fault, FaultHandle};
use crate::hub::Hub;
use serde_json::{Value, json};

/// Does what is asked, if it is about faults.
pub(super) async fn attempt(hub: &Hub, action: &str, request: &Value) -> Option<Result<Value, String>> {
    Some(match action {
        "fault" => plant(hub, request),
        "faults" => Ok(json!(hub.faults.reports())),
        "struck" => struck(hub, request).await,
        "emptied" => emptied(hub, request).await,
        "release" => named(hub, request).map(|fault| {
            fault.release();
            json!({ "released": fault.id() })
        }),
        "remove" if request.get("fault").is_none() => {
            hub.faults.clear();
            Ok(json!({ "removed": "all" }))
        }
        "remove" => named(hub, request).map(|fault| {
            fault.remove();
            json!({ "removed": fault.id() })
        }),
        _ => return None,
    })
}

fn plant(hub: &Hub, request: &Value) -> Result<Value, String> {
    let mut wanted = request.clone();
    wanted.as_object_mut().map(|fields| fields.remove("do"));
    let fault = Fault::from_json(&wanted)?;
    Ok(json!({ "fault": hub.faults.plant(fault).id() }))
}

fn named(hub: &Hub, request: &Value) -> Result<FaultHandle, String> {
    let id = request["fault"].as_u64().ok_or("say `fault`: its number")?;
    hub.faults.handle(id).ok_or_else(|| format!("there is no fault {id}"))
}

async fn struck(hub: &Hub, request: &Value) -> Result<Value, String> {
    let fault = named(hub, request)?;
    let times = request["at_least"].as_u64().unwrap_or(1);
    let late = |_| format!("it has struck {} times after {} s", fault.strikes(), LONGEST_WAIT.as_secs());
    tokio::time::timeout(LONGEST_WAIT, fault.struck(times)).await.map_err(late)?;
    Ok(json!({ "struck": fault.strikes() }))
}

async fn emptied(hub: &Hub, request: &Value) -> Result<Value, String> {
    let fault = named(hub, request)?;
    let late = |_| format!("it still holds something after {} s", LONGEST_WAIT.as_secs());
    tokio::time::timeout(LONGEST_WAIT, fault.emptied()).await.map_err(late)?;
    Ok(json!({ "emptied": fault.id() }))
}
