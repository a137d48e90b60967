/// Where an environment keeps its files on a droplet; the deploy user owns them all.
///
/// Below `<root>/<scope>/`:
/// - `lease`, `busy`, `token`, `owner.json`: the lease and its fence.
/// - `releases/<id>/`: `release.json`, a Compose project for each slot, `env` with the environment values (0600),
///   `images` (what they are called here), `jobs`, `attachments`, `volumes`, what containers mount in `files/` and
///   `data/`, and a mark in `marks/` for each job that is done.
/// - `stores/`: the same for the stores, with `salt` and `digests`; a mark holds the digest of a store as it was made.
/// - `records.jsonl`: what the rollouts did.
/// - `audit.jsonl`: the audit trail; `audit-<digest>.jsonl`, one that was given up.
/// - `migrations.jsonl`: the migrations that rollouts were about to run; `migrations/<id>.log`: what they printed.
/// - `checkpoints/<time>-<id>.dump`: the database before them, each with a program beside it that restores it.
/// - `failures/<id>.json`: what is left of failed releases.
struct DropletPaths: Sendable, Hashable {
    /// The directory of all environments; the deploy user owns it.
    var root = "/var/lib/deploykit"
    /// The environment.
    var scope: String

    /// The directory of the environment.
    var directory: String { "\(root)/\(scope)" }
}
