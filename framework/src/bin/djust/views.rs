//! `djust views`: which views are watched, by how many instances, on how many servers.

use crate::failure::Failure;
use crate::target::{Place, wait};
use crate::{counted, say};
use djust::layer::GroupInfo;

const HELP: &str = "Examples:
  djust views
  djust views --to redis://redis.example --json | jq -r '.[].view'

Exit status:
  0  done
  1  Redis can't be reached
  2  malformed input";

/// List the watched views, with the numbers of connected instances and of servers; at most a second
/// old
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    /// Print a JSON array of objects with `view`, `views` and `nodes`
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<(), Failure> {
    let (layer, place) = options.place.redis("views")?;
    let groups = wait(layer.groups())?.map_err(|error| Failure::of_query(&error, &place))?;
    if options.json {
        return say(&serde_json::to_string(&groups).map_err(|error| Failure::NotDone(error.to_string()))?);
    }
    if groups.is_empty() {
        let nodes = wait(layer.nodes())?.map_err(|error| Failure::of_query(&error, &place))?;
        eprintln!("nobody is watching; {} connected to {place}", counted(nodes.len(), "server"));
        return Ok(());
    }
    table(&groups).iter().try_for_each(|line| say(line))
}

fn table(groups: &[GroupInfo]) -> Vec<String> {
    let width = groups.iter().map(|group| group.view.len()).max().unwrap_or_default().max("view".len());
    let row = |view: &str, views: &str, servers: &str| format!("{view:width$}  {views:>9}  {servers:>7}");
    let rows =
        groups.iter().map(|group| row(&group.view, &group.views.to_string(), &group.nodes.to_string()));
    std::iter::once(row("VIEW", "INSTANCES", "SERVERS")).chain(rows).collect()
}
