@0xb4c7e0a91d5f2836;

# What the collector's API answers, as JSON that Cap'n Proto's own codec makes. This file is the
# machine-readable contract. Counts are 32-bit or double, so that they are JSON numbers; ids are hex
# text; times are text by RFC 3339 in UTC. A field that the JSON lacks has no value. New fields may
# come; none is ever renamed.

using Cxx = import "/capnp/c++.capnp";
using Json = import "/capnp/compat/json.capnp";
$Cxx.namespace("flatline::wire");

struct Summary {
  hosts @0 :UInt32;                # How many are registered.
  # The states: healthy + failing + silent + unknown + expected + missing = hosts.
  healthy @1 :UInt32;
  failing @2 :UInt32;
  silent @3 :UInt32;
  unknown @4 :UInt32;
  expected @5 :UInt32;
  warning @6 :UInt32;              # These four count bits that stand beside the states.
  drained @7 :UInt32;
  flapping @8 :UInt32;
  conflict @9 :UInt32;
  capacity @10 :UInt32;
  tick @11 :Float64;
  time @12 :Text;                  # When the tick was.
  viewAgeSeconds @13 :Float64 $Json.name("view_age_seconds");
  generation @14 :Text;            # 16 hex digits.
  flags @15 :List(Text);           # Those that are set: warming, blind, panic, frozen, degraded.
  doubts @16 :List(Text);          # Why it is blind, in words. The summary of a past moment has
                                   # none of what follows, because that is not stored.
  datagrams @17 :Datagrams;
  receiveBuffer @18 :ReceiveBuffer $Json.name("receive_buffer");
  storage @19 :Storage;
  notices @20 :List(Notice);       # The last hosts that were refused, and why.
  collector @21 :Collector;
  work @22 :Work;
  operators @23 :Operators;
  missing @24 :UInt32;             # Hosts that were expected and not heard within ten minutes.
  down @25 :Number;                # Hosts that are known, not healthy and not drained. A past moment
                                   # has none.
  causes @26 :List(Cause);         # What hosts that are not well have in common.
  causesAgeSeconds @27 :Number $Json.name("causes_age_seconds");  # How old the view is in which
                                                                  # they were looked for.
  labelsUncounted @28 :UInt32 $Json.name("labels_uncounted");  # Labels that found no room there,
                                                               # counted once for each host.
  forgotten @29 :Forgotten;        # Hosts that gave up their slots. A past moment has none.
  groups @30 :GroupTroubles;
}

struct Forgotten {                 # Hosts that were silent for `forget_after`.
  hosts @0 :Float64;               # How many since the collector's start.
  last @1 :Text;                   # The last of them, and when; absent where there is none.
  lastAt @2 :Text $Json.name("last_at");
}

struct Datagrams {                 # Counted since the collector's start.
  lost @0 :Float64;                # Good ones that the kernel dropped for want of room.
  filtered @1 :Float64;            # Those that the kernel's filter refused before they took room.
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
  lostSteps @2 :Float64 $Json.name("lost_steps");  # Steps not stored since the start.
}

struct Notice {
  host @0 :Text;
  address @1 :Text;
  outcome @2 :Text;
  detail @3 :Text;
  secondsAgo @4 :Number $Json.name("seconds_ago");  # Since its last datagram was refused so.
}

struct Collector {
  version @0 :Text;
  uptimeSeconds @1 :Float64 $Json.name("uptime_seconds");
  tickSeconds @2 :Float64 $Json.name("tick_seconds");
  lateTicks @3 :Float64 $Json.name("late_ticks");
  worstLatenessSeconds @4 :Float64 $Json.name("worst_lateness_seconds");
  checkNamesRefused @5 :Float64 $Json.name("check_names_refused");  # Because their table was full.
  certificate @6 :Certificate;     # Of the API; absent where it serves without TLS.
}

struct Certificate {
  expires @0 :Text;
  expiresSeconds @1 :Float64 $Json.name("expires_seconds");  # How long until then; negative after it.
  advice @2 :Text;                 # Absent while there are 30 days or more.
}

struct Work {                      # What was done since the start, however the hosts are.
  tickSeconds @0 :Float64 $Json.name("tick_seconds");      # The time of all ticks before this one.
  lastTickSeconds @1 :Float64 $Json.name("last_tick_seconds");
  worstTickSeconds @2 :Float64 $Json.name("worst_tick_seconds");
  latenessSeconds @3 :Float64 $Json.name("lateness_seconds");  # How late this tick began.
  datagrams @4 :Float64;           # How many were taken off the socket, whatever became of them.
  datagramBytes @5 :Float64 $Json.name("datagram_bytes");
  receiveCalls @6 :Float64 $Json.name("receive_calls");    # The system calls that took them.
  publishedBytes @7 :Float64 $Json.name("published_bytes");
  history @8 :Written;             # Each write is a step.
  checkpoint @9 :Written;          # Each write is a checkpoint.
  registryRows @10 :Float64 $Json.name("registry_rows");   # Written for hosts that came or went.
}

struct Written {                   # What was written to the disk since the start.
  writes @0 :Float64;
  rows @1 :Float64;                # The rows that SQLite was handed.
  bytes @2 :Float64;               # The bytes in these rows.
  pages @3 :Float64;               # The pages that SQLite wrote to its log.
  walFrames @4 :Float64 $Json.name("wal_frames");  # Pages in the log after the last write.
}

struct Operators {                 # What operators did that no plane shows.
  frozenUntil @0 :Text $Json.name("frozen_until");  # These three are absent where nothing is
  frozenWhy @1 :Text $Json.name("frozen_why");      # frozen.
  frozenBy @2 :Text $Json.name("frozen_by");
  tombstones @3 :UInt32;           # Hosts that were forgotten and are kept out.
  revocations @4 :UInt32;          # Hosts that must show a newer credential.
  refusedAttempts @5 :Float64 $Json.name("refused_attempts");  # Changes without a right token, or by
                                   # a role that does not allow them.
  frozenTokenName @6 :Text $Json.name("frozen_token_name");  # Whose token was shown for it.
  wrongTokens @7 :Float64 $Json.name("wrong_tokens");  # Requests with a token that is none, or none
                                   # any more,
  wrongTokensFrom @8 :Text $Json.name("wrong_tokens_from");  # The client that sent most of them,
  wrongTokensThere @9 :Number $Json.name("wrong_tokens_there");  # and how many it sent.
}

struct GroupTroubles {             # Which groups are in trouble, in short; /api/v1/groups has all.
  below @0 :UInt32;                # How many are below their quorum,
  belowNames @1 :List(Text) $Json.name("below_names");  # and which, as KEY=VALUE: at most 16.
  panic @2 :UInt32;                # The same of those of which few hosts are healthy.
  panicNames @3 :List(Text) $Json.name("panic_names");
  other @4 :List(Count);           # For each key with more values than are told apart: how many
                                   # hosts are counted under `other`.
}

struct Groups {                    # The groups of the keys that the collector groups by.
  total @0 :UInt32;                # How many `groups` there are; never more than 256.
  tick @1 :Float64;
  time @2 :Text;                   # When the tick was.
  viewAgeSeconds @3 :Float64 $Json.name("view_age_seconds");
  tickSeconds @4 :Float64 $Json.name("tick_seconds");
  flags @5 :List(Text);            # The summary's.
  keys @6 :List(GroupKey);
  groups @7 :List(Group);          # By key, and sorted by value.
}

struct GroupKey {
  key @0 :Text;
  values @1 :UInt32;               # How many have a place of their own, of 64 at most.
  unlabelled @2 :UInt32;           # Hosts without a label of this key: they are in none of its groups.
  other @3 :Group;                 # All hosts with further values; absent where there are none.
}

struct Group {
  key @0 :Text;
  value @1 :Text;                  # Absent from `other`.
  # Who is only expected or unknown counts among the hosts alone.
  hosts @2 :UInt32;
  healthy @3 :UInt32;
  failing @4 :UInt32;
  silent @5 :UInt32;
  missing @6 :UInt32;
  warning @7 :UInt32;              # These two stand beside the states.
  drained @8 :UInt32;
  judged @9 :UInt32;               # Those that are known and not drained, by which it is judged,
  judgedHealthy @10 :UInt32 $Json.name("judged_healthy");  # and those of them that are healthy.
  flags @11 :List(Text);           # panic, below
  quorum @12 :GroupQuorum;         # What the configuration asks of it; absent where it asks nothing.
}

struct GroupQuorum {               # Each is absent where it is not asked for.
  healthyPercent @0 :Number $Json.name("healthy_percent");  # Of the judged.
  atLeast @1 :Number $Json.name("at_least");                # Healthy ones.
}

struct HostPage {
  total @0 :UInt32;                # How many hosts match, on all pages together.
  next @1 :Text;                   # The `after` of the next page; absent on the last.
  tick @2 :Float64;
  generation @3 :Text;
  hosts @4 :List(HostRow);
  note @5 :Text;                   # What must be known of a filter's answer; absent mostly.
}

# A host, as people list it. State and the four bits behind it are the view's (`tick`); all else is
# what its last snapshot said, which may be newer.
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
  checksFailing @9 :Number $Json.name("checks_failing");  # A past moment's host lacks these two.
  checks @10 :Number;
  message @11 :Text;               # What the worst check says, if its page came since it has its
                                   # state; or, of a host that is failing or unknown because checks
                                   # have no result yet, that they have none.
  late @12 :Bool;                  # Its last snapshot came late and does not count as heard.
  drain @14 :Drain;                # Absent where none is in force or planned, and of the past.
  messageAgeSeconds @13 :Number $Json.name("message_age_seconds");
                                   # Where `message` is of an earlier run of the check, in the same
                                   # state, than checks_failing is: how long ago that run was.
  check @15 :Text;                 # Which check `message` is of; absent before its name came, and
                                   # where the message is of no check. Of a past moment: which check
                                   # was worst, as in Span.
}

struct Drain {                     # What a host is drained for, or will be.
  until @0 :Text;
  why @1 :Text;                    # These two are absent where the action is no longer among those
  by @2 :Text;                     # that are remembered.
  from @3 :Text;                   # When it begins; absent where it began with the order.
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
  lagSeconds @8 :Float64 $Json.name("lag_seconds");  # Above window_seconds, it is late.
  received @9 :Float64;            # Snapshots since the collector's start.
  lost @10 :Float64;               # How many are missing in their sequence.
  agentVersion @11 :Text $Json.name("agent_version");
  keyId @12 :UInt32 $Json.name("key_id");
  credentialGeneration @13 :UInt32 $Json.name("credential_generation");
  epoch @14 :Text;                 # When, by its own clock, the host's agent began its epoch: to
                                   # the second, and absent where no snapshot counted yet. The
                                   # number itself is told to nobody.
  sequence @15 :Float64;
  registeredAt @16 :Text $Json.name("registered_at");
  results @17 :List(CheckResult);
  time @18 :Text;
  tick @19 :Float64;
  drainedUntil @20 :Text $Json.name("drained_until");  # Absent where it is not drained.
  reason @21 :Text;                # Why its state is not what its checks say: some have no result
                                   # yet. Absent where all have.
  configHash @22 :Text $Json.name("config_hash");  # In hex; absent until it is heard.
}

struct CheckResult {
  index @0 :UInt32;
  name @1 :Text;                   # Absent until a page about the check came.
  state @2 :Text;                  # OK, WARNING, CRITICAL, UNKNOWN, PENDING
  value @3 :Number;
  # Message and age are of a run with this very state and value. They are absent until a page told
  # of it, and where no message is kept of the check.
  message @4 :Text;
  ageSeconds @5 :Number $Json.name("age_seconds");
  # Instead of these two: what a page told of an earlier run in the same state, and how long ago
  # that run was. What was told in another state is not shown at all.
  earlierMessage @6 :Text $Json.name("earlier_message");
  earlierAgeSeconds @7 :Number $Json.name("earlier_age_seconds");
}

# --- The past. It is computed from stored steps when somebody asks. Where no step was stored there
# is a gap, which never counts as health.

struct HostHistory {               # One host's states from `from` to `to`, as spans without holes.
  name @0 :Text;
  from @1 :Text;
  to @2 :Text;
  stepSeconds @3 :Float64 $Json.name("step_seconds");
  watchedSeconds @4 :Float64 $Json.name("watched_seconds");  # It was registered, and steps tell.
  healthySeconds @5 :Float64 $Json.name("healthy_seconds");  # The healthy part of these.
  gapSeconds @6 :Float64 $Json.name("gap_seconds");          # No step tells of this time.
  total @7 :UInt32;                # How many spans there are, on all pages together.
  next @8 :Text;                   # The `after` of the next page; absent on the last.
  spans @9 :List(Span);
}

struct Span {
  from @0 :Text;
  to @1 :Text;
  state @2 :Text;                  # A state of HostRow; or absent (it was not registered),
                                   # unremembered (too long ago to know who was), or gap.
  warning @3 :Bool;
  drained @4 :Bool;
  flapping @5 :Bool;
  conflict @6 :Bool;
  check @7 :Text;                  # Which check was worst when the host last spoke: the first that
                                   # is known of the span. Absent where none was bad, where its name
                                   # is not known, and where no causes are stored. Another check in
                                   # its place begins no new span.
}

struct HostThen {                  # One host at a past moment.
  name @0 :Text;
  slot @1 :UInt32;
  state @2 :Text;
  warning @3 :Bool;
  drained @4 :Bool;
  flapping @5 :Bool;
  conflict @6 :Bool;
  check @7 :Text;                  # As in Span.
  time @8 :Text;                   # When the step was that tells so.
  tick @9 :Float64;
  generation @10 :Text;
}

struct CollectorHistory {          # What the collector itself did over time, in equal buckets.
  from @0 :Text;
  to @1 :Text;
  stepSeconds @2 :Float64 $Json.name("step_seconds");
  bucketSeconds @3 :Float64 $Json.name("bucket_seconds");
  points @4 :List(CollectorPoint);
}

struct CollectorPoint {            # Rates are over the bucket's steps that tell, and absent of none.
  from @0 :Text;                   # When the bucket begins.
  steps @1 :UInt32;                # How many steps of it are stored.
  starts @2 :UInt32;               # How often the collector started anew.
  seconds @3 :Float64;             # The time that the rates are of.
  datagramsPerSecond @4 :Number $Json.name("datagrams_per_second");
  bytesPerSecond @5 :Number $Json.name("bytes_per_second");      # Of these datagrams.
  publishedBytesPerSecond @6 :Number $Json.name("published_bytes_per_second");
  processorShare @7 :Number $Json.name("processor_share");       # 1 is one processor kept busy.
  tickShare @8 :Number $Json.name("tick_share");                 # The part of time spent in ticks.
  worstTickSeconds @9 :Number $Json.name("worst_tick_seconds");
  flags @10 :List(Text);           # Those that were set in any step of the bucket.
}

struct FleetHistory {              # Counts over time, in buckets of equal length.
  from @0 :Text;
  to @1 :Text;
  stepSeconds @2 :Float64 $Json.name("step_seconds");
  bucketSeconds @3 :Float64 $Json.name("bucket_seconds");
  points @4 :List(FleetPoint);
  group @5 :Text;                  # The group that all of it is about; absent for the whole fleet.
}

struct FleetPoint {                # A bucket, told by its step with the fewest healthy hosts.
  from @0 :Text;                   # When the bucket begins.
  time @1 :Text;                   # When that step was; absent when none was stored (a gap).
  steps @2 :UInt32;                # How many steps of the bucket are stored.
  missing @3 :UInt32;              # How many should be, and are not.
  hosts @4 :UInt32;
  healthy @5 :UInt32;
  failing @6 :UInt32;
  silent @7 :UInt32;
  unknown @8 :UInt32;
  expected @9 :UInt32;
  flags @10 :List(Text);           # Those that were set in any step of the bucket.
  missingHosts @11 :UInt32 $Json.name("missing_hosts");
}

struct Diff {                      # What changed between two stored steps, or since a step.
  from @0 :Text;
  to @1 :Text;
  changed @2 :UInt32;              # Hosts with another state or another bit beside it.
  came @3 :UInt32;                 # Hosts registered at `to` and not at `from`.
  went @4 :UInt32;                 # Hosts registered at `from` and not at `to`.
  planes @5 :List(Count);          # For each plane, the number of slots whose bit differs (XOR).
  total @6 :UInt32;                # changed + came + went + unremembered
  next @7 :Text;
  changes @8 :List(HostChange);
  unremembered @9 :UInt32;         # Hosts registered at `to`, in slots of which it is no longer
                                   # known whether they or others had them at `from`.
  note @10 :Text;                  # As of a HostPage.
}

struct HostChange {
  name @0 :Text;                   # Absent when the collector no longer knows it.
  slot @1 :UInt32;
  kind @2 :Text;                   # changed, came, went, unremembered
  before @3 :Text;                 # The state; absent of a host that came, or is unremembered.
  after @4 :Text;                  # The state; absent of a host that went.
  beside @5 :List(Text);           # Bits beside the state that changed: +warning, -drained.
  checkBefore @6 :Text $Json.name("check_before");  # Which check was worst, as in Span.
  checkAfter @7 :Text $Json.name("check_after");
}

struct Events {                    # What changed from step to step, the oldest first.
  from @0 :Text;                   # When the first of the steps was that were compared,
  to @1 :Text;                     # and the last; both are absent where there is none.
  stepSeconds @2 :Float64 $Json.name("step_seconds");
  next @3 :Text;                   # The `after` of the next page; absent on the last.
  events @4 :List(Event);
  note @5 :Text;                   # As of a HostPage.
}

struct Event {                     # Also a line of `flatline events -o json`.
  time @0 :Text;                   # When the first step or view was that showed it.
  kind @1 :Text;                   # changed, came, went or unremembered, of a host; flags; started
                                   # (the collector did); gap (no step tells of the time from `from`
                                   # to `time`). The command line has two more: missed and more.
  name @2 :Text;                   # Absent where it is not known, and of what is about no host.
  slot @3 :Number;
  before @4 :Text;                 # The state; absent of a host that came, or is unremembered.
  after @5 :Text;                  # The state; absent of a host that went.
  beside @6 :List(Text);           # Bits beside the state, or flags, that changed: +warning, -blind.
  checkBefore @7 :Text $Json.name("check_before");  # Which check was worst, as in Span.
  checkAfter @8 :Text $Json.name("check_after");
  from @9 :Text;                   # The step or view before, which did not show it yet; of a gap,
                                   # when it begins.
  # The command line alone tells many hosts that changed alike in one event.
  hosts @10 :Number;               # How many,
  names @11 :List(Text);           # and which, folded; the last is `…` where not all are named.
}

struct Problem {                   # Every answer whose status is not 200.
  error @0 :Text;
}

struct ActionBody {             # The body of a request for an action; no other field is taken.
  for @0 :Text;                    # How long: `90s`, `2h`, `1d12h`. Drain and freeze need it.
  why @1 :Text;                    # A line for people. Drain and freeze need it.
  by @2 :Text;                     # Who asks, as they call themselves.
  below @3 :Number;                # Revoke refuses generations below this; 0 lifts that.
  # These only where one request is about many hosts.
  verb @4 :Text;                   # An action of Action.
  names @5 :List(Text);            # The hosts; freeze and unfreeze take none.
  until @6 :Text;                  # In place of `for`: when a drain or freeze ends, in RFC 3339.
  part @7 :Number;                 # Which part of a command this is, from 1; 1 where it is absent.
  at @8 :Text;                     # When a drain begins, in RFC 3339; at once where it is absent.
}

struct Action {
  number @0 :Float64;              # Actions are counted from 1. 0 if it changed nothing, and so was
                                   # not recorded.
  action @1 :Text;                 # drain, undrain, forget, admit, reset, revoke, freeze, unfreeze,
                                   # expect, unexpect
  host @2 :Text;                   # Absent from freeze and unfreeze.
  by @3 :Text;
  why @4 :Text;
  at @5 :Text;                     # When it was done.
  for @6 :Text;                    # How long it was asked to last, as it was written.
  until @7 :Text;                  # When a drain or freeze ends.
  below @8 :Number;                # A revocation's.
  changed @9 :Bool;                # False where everything was so already.
  state @10 :Text;                 # planned; in force; expired; ended (by a later action, because
                                   # the host left, or because an expected host spoke); done
  key @11 :Text;                   # The idempotency key it was asked under.
  hosts @12 :UInt32;               # How many names it was asked for; `host` is the first of them.
  hostsChanged @13 :UInt32 $Json.name("hosts_changed");      # And for how many it changed something.
  from @14 :Text;                  # When a drain begins, if that was later than its order.
  tokenName @15 :Text $Json.name("token_name");  # Whose token was shown: who proved to be who.
}

struct Whoami {                    # Who asks, and what he may do.
  name @0 :Text;                   # The token's name; absent where none was shown and none is needed.
  role @1 :Text;                   # reader, drain, operator
  expires @2 :Text;                # When the token ends; absent where it does not.
  actions @3 :List(Text);          # The actions that he may ask for, of Action.
  note @4 :Text;                   # What else people should know: why there are no actions.
}

struct Change {                    # The answer to every action.
  action @0 :Action $Json.flatten();
  repeated @1 :Bool;               # It was done before under this key, and was not done again.
  stored @2 :Bool;                 # It is on the disk, and outlives a crash.
  note @3 :Text;                   # What else people should know.
}

struct NameAnswer {                # What came of an action for one of its names.
  name @0 :Text;
  result @1 :Text;                 # done; unchanged (all was so already); unknown_host; no_room (for
                                   # another ban); fleet_full; unremembered (it was asked before, and
                                   # what came of each name is no longer known)
  note @2 :Text;                   # What else people should know.
}

struct NamesChange {               # The answer to an action for many hosts.
  action @0 :Action $Json.flatten();
  repeated @1 :Bool;               # As in Change.
  stored @2 :Bool;
  note @3 :Text;
  answers @4 :List(NameAnswer);    # One for each name, in the order of the request.
}

struct ActionPage {
  total @0 :UInt32;                # How many actions are remembered.
  next @1 :Text;                   # The `after` of the next page; absent on the last.
  actions @2 :List(Action);        # The newest comes first.
}

struct Order {                     # A ban: what keeps a host's datagrams out until it is lifted.
  host @0 :Text;
  # These two are generations of the host's credential. Up to the first the host is forgotten, and
  # below the second its datagrams are refused; each is absent where there is no such ban.
  forgottenUpTo @1 :Number $Json.name("forgotten_up_to");
  revokedBelow @2 :Number $Json.name("revoked_below");
}

struct OrderPage {
  total @0 :UInt32;                # How many bans there are, on all pages together.
  room @1 :UInt32;                 # How many there can be.
  next @2 :Text;                   # The `after` of the next page; absent on the last.
  orders @3 :List(Order);
}

# --- All hosts together, as the last census counted them.

struct Cause {
  about @0 :Text;                  # failing, silent, or changed in the last five minutes
  kind @1 :Text;                   # label, agent, config, address, check, moment
  key @2 :Text;                    # `rack=r7`, or a check's name; absent of a moment.
  also @3 :List(Text);             # Other labels and the like that mark the same hosts.
  hosts @4 :UInt32;                # So many
  of @5 :UInt32;                   # of so many have it in common.
  fleetShare @6 :Number $Json.name("fleet_share");  # The part of the fleet that has it, 0 to 1.
  seconds @7 :Number;              # Of a moment: within how long it happened,
  since @8 :Text;                  # and from when on.
  text @9 :Text;                   # All of that for people.
}

struct CheckPage {
  total @0 :UInt32;                # How many checks are counted by name, on all pages together.
  next @1 :Text;                   # The `after` of the next page; absent on the last.
  ageSeconds @2 :Number $Json.name("age_seconds");  # How old the census's view is; absent before
                                                    # the first.
  checks @3 :List(CheckCount);     # By name.
  otherNames @4 :UInt32 $Json.name("other_names");  # How many names found no room.
  other @5 :CheckCount;            # Those, and checks whose name has not come, together; absent
                                   # where there are none.
}

struct CheckCount {                # How many of the hosts that report have a check in each state.
  name @0 :Text;
  hosts @1 :UInt32;                # ok + warning + critical + unknown + pending
  ok @2 :UInt32;
  warning @3 :UInt32;
  critical @4 :UInt32;
  unknown @5 :UInt32;
  pending @6 :UInt32;
}

struct Keys {                      # With which keys hosts speak, as the last census counted them.
  ageSeconds @0 :Number $Json.name("age_seconds");  # How old the census's view is; absent before
                                                    # the first.
  keys @1 :List(Key);              # By id: those that are live, those that a host last spoke with,
                                   # and those that datagrams name which are refused.
  unheard @2 :UInt32;              # Hosts that are expected, or whose last snapshot nobody knows of.
  otherGenerations @3 :UInt32 $Json.name("other_generations");  # Hosts whose credential generation
                                                                # found no room in `generations`.
  advice @4 :Text;                 # Where a rotation stands and what comes next, for people.
}

struct Key {
  keyId @0 :UInt32 $Json.name("key_id");
  state @1 :Text;                  # live; old and new, of two that are live; dropped; unknown
  hosts @2 :UInt32;                # Hosts that spoke with it last: speaking + silent
  speaking @3 :UInt32;
  silent @4 :UInt32;
  refused @5 :UInt32;              # Silent hosts that were lately named by datagrams under this key,
                                   # which is not live. That they are theirs is not proved.
  generations @6 :List(KeyGeneration);  # Of their credentials, the lowest first.
}

struct KeyGeneration {
  generation @0 :UInt32;
  hosts @1 :UInt32;
  speaking @2 :UInt32;
}
