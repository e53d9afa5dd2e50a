@0xb4c7e0a91d5f2836;

# What the collector's API answers, as JSON by Cap'n Proto's own codec: the machine-readable
# contract. Counts are 32-bit or double, so that they are JSON numbers; ids are hex text. A field
# that is absent from the JSON has no value. New fields may come; fields are never renamed.

using Cxx = import "/capnp/c++.capnp";
using Json = import "/capnp/compat/json.capnp";
$Cxx.namespace("flatline::wire");

struct Summary {
  hosts @0 :UInt32;                # Registered.
  healthy @1 :UInt32;              # healthy + failing + silent + unknown + expected + missing = hosts
  failing @2 :UInt32;
  silent @3 :UInt32;
  unknown @4 :UInt32;
  expected @5 :UInt32;
  warning @6 :UInt32;              # These four stand beside the states.
  drained @7 :UInt32;
  flapping @8 :UInt32;
  conflict @9 :UInt32;
  capacity @10 :UInt32;
  tick @11 :Float64;
  time @12 :Text;                  # RFC 3339, UTC, of the tick.
  viewAgeSeconds @13 :Float64 $Json.name("view_age_seconds");
  generation @14 :Text;            # 16 hex digits.
  flags @15 :List(Text);           # warming, blind, panic, frozen, degraded
  doubts @16 :List(Text);          # Why blind, in words. Of the past, all that follows is absent:
                                   # it is not stored.
  datagrams @17 :Datagrams;
  receiveBuffer @18 :ReceiveBuffer $Json.name("receive_buffer");
  storage @19 :Storage;
  notices @20 :List(Notice);       # The last hosts that were refused, and why.
  collector @21 :Collector;
  work @22 :Work;
  operators @23 :Operators;
  missing @24 :UInt32;             # Expected, and not heard within ten minutes.
}

struct Datagrams {                 # Since start.
  lost @0 :Float64;                # Good ones that the kernel dropped for want of room.
  filtered @1 :Float64;            # Refused by the kernel filter before they took room.
  outcomes @2 :List(Count);        # Every outcome, in the order of the tests.
}

struct Count {
  name @0 :Text;
  count @1 :Float64;
}

struct ReceiveBuffer {
  wantedBytes @0 :UInt32 $Json.name("wanted_bytes");
  grantedBytes @1 :UInt32 $Json.name("granted_bytes");
  advice @2 :Text;                 # Absent when enough was granted.
}

struct Storage {
  state @0 :Text;                  # ok, degraded
  reason @1 :Text;
  lostSteps @2 :Float64 $Json.name("lost_steps");  # Of the history, since start: gaps.
}

struct Notice {
  host @0 :Text;
  address @1 :Text;
  outcome @2 :Text;
  detail @3 :Text;
}

struct Collector {
  version @0 :Text;
  uptimeSeconds @1 :Float64 $Json.name("uptime_seconds");
  tickSeconds @2 :Float64 $Json.name("tick_seconds");
  lateTicks @3 :Float64 $Json.name("late_ticks");
  worstLatenessSeconds @4 :Float64 $Json.name("worst_lateness_seconds");
  checkNamesRefused @5 :Float64 $Json.name("check_names_refused");  # The table of names is full.
}

struct Work {                      # Done since start; nothing in it follows how the hosts are.
  tickSeconds @0 :Float64 $Json.name("tick_seconds");      # Spent in all ticks before this one,
  lastTickSeconds @1 :Float64 $Json.name("last_tick_seconds");
  worstTickSeconds @2 :Float64 $Json.name("worst_tick_seconds");
  latenessSeconds @3 :Float64 $Json.name("lateness_seconds");  # Of this tick.
  datagrams @4 :Float64;           # Taken off the socket, whatever became of them,
  datagramBytes @5 :Float64 $Json.name("datagram_bytes");
  receiveCalls @6 :Float64 $Json.name("receive_calls");    # by so many system calls.
  publishedBytes @7 :Float64 $Json.name("published_bytes");
  history @8 :Written;             # A write is a step.
  checkpoint @9 :Written;          # A write is a checkpoint.
  registryRows @10 :Float64 $Json.name("registry_rows");   # For hosts that came or went.
}

struct Written {                   # To the disk, since start.
  writes @0 :Float64;
  rows @1 :Float64;                # Handed to SQLite,
  bytes @2 :Float64;               # and what they hold.
  pages @3 :Float64;               # That SQLite wrote to its log.
  walFrames @4 :Float64 $Json.name("wal_frames");  # In the log after the last write.
}

struct Operators {                 # What they did that stands beside the planes.
  frozenUntil @0 :Text $Json.name("frozen_until");  # Absent where nothing is frozen; so are
  frozenWhy @1 :Text $Json.name("frozen_why");      # these two.
  frozenBy @2 :Text $Json.name("frozen_by");
  tombstones @3 :UInt32;           # Hosts that were forgotten and are kept out,
  revocations @4 :UInt32;          # and that must show a newer credential.
  refusedAttempts @5 :Float64 $Json.name("refused_attempts");  # Without the admin token, since start.
}

struct HostPage {
  total @0 :UInt32;                # Hosts that match, on all pages.
  next @1 :Text;                   # The `after` of the next page; absent on the last.
  tick @2 :Float64;
  generation @3 :Text;
  hosts @4 :List(HostRow);
}

struct HostRow {
  name @0 :Text;
  slot @1 :UInt32;
  state @2 :Text;                  # expected, unknown, missing, silent, failing, healthy
  warning @3 :Bool;
  drained @4 :Bool;
  flapping @5 :Bool;
  conflict @6 :Bool;
  heardSecondsAgo @7 :Number $Json.name("heard_seconds_ago");
  labels @8 :Text;
  checksFailing @9 :Number $Json.name("checks_failing");  # These two absent of a host of the past.
  checks @10 :Number;
  message @11 :Text;               # Of the worst check, as far as it is kept.
}

struct Number {                    # A JSON number, or no field at all.
  value @0 :Float64;
}

struct Host {
  row @0 :HostRow $Json.flatten();
  agentId @1 :Text $Json.name("agent_id");
  address @2 :Text;
  conflictAddress @3 :Text $Json.name("conflict_address");
  intervalSeconds @4 :Float64 $Json.name("interval_seconds");
  windowSeconds @5 :Float64 $Json.name("window_seconds");
  uptimeSeconds @6 :Float64 $Json.name("uptime_seconds");
  skewSeconds @7 :Float64 $Json.name("skew_seconds");
  lagSeconds @8 :Float64 $Json.name("lag_seconds");
  received @9 :Float64;            # Snapshots since the collector's start.
  lost @10 :Float64;               # Gaps in their sequence.
  agentVersion @11 :Text $Json.name("agent_version");
  keyId @12 :UInt32 $Json.name("key_id");
  credentialGeneration @13 :UInt32 $Json.name("credential_generation");
  epoch @14 :Text;
  sequence @15 :Float64;
  registeredAt @16 :Text $Json.name("registered_at");
  results @17 :List(CheckResult);
  time @18 :Text;
  tick @19 :Float64;
  drainedUntil @20 :Text $Json.name("drained_until");  # Absent where it is not drained.
}

struct CheckResult {
  index @0 :UInt32;
  name @1 :Text;                   # Absent until its page came.
  state @2 :Text;                  # OK, WARNING, CRITICAL, UNKNOWN, PENDING
  value @3 :Number;
  message @4 :Text;                # Absent where it is not kept.
  ageSeconds @5 :Number $Json.name("age_seconds");
}

# --- The past: computed from stored steps when asked. What was not stored is a gap, never health.

struct HostHistory {               # One host's states from `from` to `to`, as spans without holes.
  name @0 :Text;
  from @1 :Text;                   # RFC 3339, UTC.
  to @2 :Text;
  stepSeconds @3 :Float64 $Json.name("step_seconds");
  watchedSeconds @4 :Float64 $Json.name("watched_seconds");  # Registered, and a step tells of it.
  healthySeconds @5 :Float64 $Json.name("healthy_seconds");  # Of these.
  gapSeconds @6 :Float64 $Json.name("gap_seconds");          # No step tells.
  total @7 :UInt32;                # Spans, on all pages.
  next @8 :Text;                   # The `after` of the next page; absent on the last.
  spans @9 :List(Span);
}

struct Span {
  from @0 :Text;
  to @1 :Text;
  state @2 :Text;                  # A host's (HostRow); absent; unremembered: too long ago to know
                                   # who was there; gap
  warning @3 :Bool;
  drained @4 :Bool;
  flapping @5 :Bool;
  conflict @6 :Bool;
}

struct FleetHistory {              # Counts over time, in buckets of equal length.
  from @0 :Text;
  to @1 :Text;
  stepSeconds @2 :Float64 $Json.name("step_seconds");
  bucketSeconds @3 :Float64 $Json.name("bucket_seconds");
  points @4 :List(FleetPoint);
}

struct FleetPoint {                # A bucket: the step in it with the fewest healthy hosts.
  from @0 :Text;
  time @1 :Text;                   # Of that step; absent when none was stored: a gap.
  steps @2 :UInt32;                # Stored within the bucket.
  missing @3 :UInt32;              # Not stored, though they should have been.
  hosts @4 :UInt32;
  healthy @5 :UInt32;
  failing @6 :UInt32;
  silent @7 :UInt32;
  unknown @8 :UInt32;
  expected @9 :UInt32;
  flags @10 :List(Text);           # Of any step of the bucket.
  missingHosts @11 :UInt32 $Json.name("missing_hosts");
}

struct Diff {                      # What changed between two stored steps, or a step and now.
  from @0 :Text;
  to @1 :Text;
  changed @2 :UInt32;              # Hosts with another state or another bit beside it.
  came @3 :UInt32;                 # Registered at `to`, not at `from`.
  went @4 :UInt32;                 # The other way round.
  planes @5 :List(Count);          # Per plane: the slots whose bit differs (XOR).
  total @6 :UInt32;                # changed + came + went + unremembered
  next @7 :Text;
  changes @8 :List(HostChange);
  unremembered @9 :UInt32;         # Registered at `to`, in slots whose hosts at `from` are no longer
                                   # known: these or others.
}

struct HostChange {
  name @0 :Text;                   # Absent when the collector no longer knows who it was.
  slot @1 :UInt32;
  kind @2 :Text;                   # changed, came, went, unremembered
  before @3 :Text;                 # State; absent for who came, and where it is not remembered.
  after @4 :Text;                  # State; absent for who went.
  beside @5 :List(Text);           # +warning, -drained: bits beside the state that were set, cleared.
}

struct Problem {                   # Every answer that is not 200.
  error @0 :Text;
}

struct ActionBody {             # The body of a change; no other field is taken.
  for @0 :Text;                    # How long: `90s`, `2h`, `1d12h`. Drain, freeze: must be given.
  why @1 :Text;                    # A line for people. Drain, freeze: must be given.
  by @2 :Text;                     # Who asks, as they call themselves.
  below @3 :Number;                # Revoke: generations under it are refused; 0 lifts that.
}

struct Action {
  number @0 :Float64;              # Counts from 1.
  action @1 :Text;                 # drain, undrain, forget, admit, reset, revoke, freeze, unfreeze,
                                   # expect
  host @2 :Text;                   # Absent from freeze and unfreeze.
  by @3 :Text;
  why @4 :Text;
  at @5 :Text;                     # When it was done.
  for @6 :Text;                    # As it was asked for.
  until @7 :Text;                  # Of a drain or freeze.
  below @8 :Number;                # Of a revocation.
  changed @9 :Bool;                # False: all was so already.
  state @10 :Text;                 # in force, expired, ended (by a later one, by the host's end, or
                                   # because who was expected spoke), done
  key @11 :Text;                   # The idempotency key it was asked under.
}

struct Change {                    # The answer to every change.
  action @0 :Action $Json.flatten();
  repeated @1 :Bool;               # The same was asked under this key before; nothing is done twice.
  stored @2 :Bool;                 # It is on the disk, and outlives a crash.
  note @3 :Text;                   # What to know besides.
}

struct ActionPage {
  total @0 :UInt32;                # That are remembered.
  next @1 :Text;                   # The `after` of the next page; absent on the last.
  actions @2 :List(Action);        # The newest first.
}

struct Order {                     # What stands against a host until it is lifted. Numbers are
  host @0 :Text;                   # generations of its credential.
  forgottenUpTo @1 :Number $Json.name("forgotten_up_to");  # It is kept out with these; or absent.
  revokedBelow @2 :Number $Json.name("revoked_below");     # These are refused; or absent.
}

struct OrderPage {
  total @0 :UInt32;                # On all pages,
  room @1 :UInt32;                 # of so many that there is room for.
  next @2 :Text;                   # The `after` of the next page; absent on the last.
  orders @3 :List(Order);
}
