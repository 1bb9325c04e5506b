//! The report: what was made, what deserves a look and why, as a page that opens offline, CSV and JSON.

use super::{Error, Journal, Record, State, Summary, Verdict};
use crate::publish;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The page without its rows; everything it needs is inside.
const PAGE: &str = include_str!("report.html");

/// What the JSON report holds.
#[derive(Serialize)]
struct Document<'a> {
    summary: &'a Summary,
    items: &'a [Record],
}

/// The folder of the page's small pictures.
const THUMBS: &str = "report";

/// Writes `report.html` with its small pictures, `report.csv` and `report.json` into the output folder; gives the
/// page's path.
///
/// # Errors
/// [`Error::Write`] or [`Error::Journal`].
pub fn report(folder: &Path, journal: &Journal, summary: &Summary) -> Result<PathBuf, Error> {
    // From here on nothing has to be written down any more.
    journal.make_room();
    let records = journal.records()?;
    let thumbs = folder.join(THUMBS);
    std::fs::create_dir_all(&thumbs).map_err(|source| Error::Write {
        path: thumbs.clone(),
        source,
    })?;
    for record in records.iter().filter(|r| r.state == State::Done) {
        let (path, bytes) = (folder.join(thumb(record)), journal.thumb(record.id)?);
        let known = path.metadata().is_ok_and(|m| m.len() == bytes.len() as u64);
        if !known && !bytes.is_empty() {
            // Not worth waiting for the disk: they can be made again from the journal.
            std::fs::write(&path, bytes).map_err(|source| Error::Write { path, source })?;
        }
    }
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        publish::file(&path, bytes, true).map_err(|source| Error::Write {
            path: path.clone(),
            source,
        })?;
        Ok::<_, Error>(path)
    };
    let document = Document {
        summary,
        items: &records,
    };
    let json = serde_json::to_vec_pretty(&document).unwrap_or_default();
    write("report.json", &json)?;
    write("report.csv", table(&records).as_bytes())?;
    write("report.html", page(&records, summary).as_bytes())
}

/// The address of a picture's small one.
fn thumb(record: &Record) -> String {
    // By content: a picture made anew has a new small one.
    format!("{THUMBS}/{}.jpg", record.sha256.get(..20).unwrap_or("none"))
}

/// The word under which an item is filed: its verdict, or how far it is.
fn word(record: &Record) -> &'static str {
    match (&record.judgement, record.state) {
        (_, State::Skipped) => "skipped",
        (_, State::Planned | State::Started) => "open",
        (Some(j), _) => match j.verdict {
            Verdict::Pass => "pass",
            Verdict::Look => "look",
            Verdict::Fail => "fail",
        },
        (None, _) => "open",
    }
}

fn reasons(record: &Record) -> String {
    let judgement = record.judgement.as_ref();
    judgement.map(|j| j.reasons.join("; ")).unwrap_or_default()
}

fn table(records: &[Record]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [
        "verdict", "output", "portrait", "product", "style", "preset", "reasons", "sha256", "ms",
    ];
    // Writing to memory does not fail.
    drop(writer.write_record(head));
    for r in records {
        drop(writer.write_record([
            word(r),
            &r.output.to_string_lossy(),
            &r.portrait.to_string_lossy(),
            &r.product,
            &r.style,
            &r.preset,
            &reasons(r),
            &r.sha256,
            &format!("{:.0}", r.ms),
        ]));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn page(records: &[Record], summary: &Summary) -> String {
    let mut cards = String::new();
    // What deserves a look comes first.
    let order = ["fail", "look", "open", "skipped", "pass"];
    for wanted in order {
        for r in records.iter().filter(|r| word(r) == wanted) {
            let output = r.output.to_string_lossy();
            let picture = if r.state == State::Done {
                let link = escaped(&address(&r.output));
                format!(
                    "<a href=\"{link}\"><img loading=\"lazy\" src=\"{}\" alt=\"{}\"></a>",
                    thumb(r),
                    escaped(&output)
                )
            } else {
                "<div class=\"none\"></div>".into()
            };
            cards.push_str(&format!(
                "<article class=\"{wanted}\">{picture}<h2>{}</h2><p>{}</p></article>\n",
                escaped(&output),
                escaped(&reasons(r))
            ));
        }
    }
    let Summary {
        total,
        done,
        look,
        failed,
        skipped,
        ..
    } = summary;
    let line = format!("{done} of {total} made, {look} to look at, {failed} failed, {skipped} skipped");
    PAGE.replace("{{summary}}", &line).replace("{{cards}}", &cards)
}

/// A relative path as an address: forward slashes, everything unusual percent-encoded.
fn address(path: &Path) -> String {
    let parts = path.components().map(|c| {
        let text = c.as_os_str().to_string_lossy().into_owned();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
        text.bytes()
            .map(|b| {
                if plain(b) {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect::<String>()
    });
    parts.collect::<Vec<_>>().join("/")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_text_are_safe_in_a_page() {
        assert_eq!(address(Path::new("a b/ü#1.jpg")), "a%20b/%C3%BC%231.jpg");
        assert_eq!(escaped("<\"&>"), "&lt;&quot;&amp;&gt;");
    }
}
