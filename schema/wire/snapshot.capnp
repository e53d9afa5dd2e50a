@0xd3a1f0c25b7e9468;

# Everything an agent knows, in one segment of 64 words. CONTRACT.md ("The snapshot") says the same
# in prose. The sizes are fixed there, and a snapshot whose lists have any other size is malformed.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("flatline::wire");

struct Snapshot {
  sentAtUnixMs @0 :Int64;     # The host's wall-clock time when it sent this.
  uptimeMs @1 :UInt64;        # Time since the machine's start, suspension included.
  configHash @2 :UInt64;      # A hash of the agent's checks; a new one voids older pages.
  reserved1 @3 :UInt64;       # Zero.
  reserved2 @4 :UInt64;       # Zero.
  intervalMs @5 :UInt32;      # The agent's constant period.
  agentVersion @6 :UInt32;    # major << 16 | minor << 8 | patch
  page :group {               # The detail page: the details of one check.
    ageMs @7 :UInt32;         # The age of its last result; 4294967295 is "older, or no result".
    index @8 :UInt8;          # The check's place below; 255 when there are no checks.
    state @9 :UInt8;
    name @10 :Data;           # 32 bytes
    message @11 :Data;        # 80 bytes
  }
  flags @12 :UInt16;          # Bit 0: leaving. The others are zero.
  name @13 :Data;             # 64 bytes
  labels @14 :Data;           # 64 bytes: role=web,zone=eu-1a
  checkStates @15 :Data;      # 32 bytes: 0 NONE, 1 OK, 2 WARNING, 3 CRITICAL, 4 UNKNOWN, 5 PENDING
  checkValues @16 :List(Float32);  # 32 numbers; a quiet NaN stands where there is no value.
}
