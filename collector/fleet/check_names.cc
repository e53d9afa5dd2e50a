#include "collector/fleet/check_names.h"

#include "schema/invariant.h"

namespace flatline {

CheckNames::CheckNames(HostTable& host_table, const FleetId& fleet)
    : host_table_(host_table),
      fleet_(fleet),
      entries_(kCheckNames),
      buckets_(kCheckNames),
      places_(host_table.cause_names()),
      causes_(kCheckNames, kOtherCause) {
  for (CheckNameId id = kCheckNames - 1; id > 0; --id) {
    entries_[id].next = free_;
    free_ = id;
  }
}

std::uint64_t CheckNames::hash_of(const CheckName& name) const {
  // The hash of agent ids serves here too: SipHash keyed with the fleet's id.
  const std::string_view bytes(name.bytes.data(), name.bytes.size());
  return static_cast<std::uint64_t>(agent_id_of(fleet_, bytes));
}

std::size_t CheckNames::bucket_of(const CheckName& name) const {
  return hash_of(name) % kCheckNames;
}

void CheckNames::tick(const CausePlaces::When& next) {
  when_ = next;
  for (CheckNameId i = 0; i < kCauseOffersPerTick; ++i) {
    const CheckNameId id = offer_next_++;
    const Entry& entry = entries_[id];
    if (entry.uses == 0 || causes_[id] != kOtherCause) continue;
    causes_[id] = places_.take(entry.name, hash_of(entry.name), when_);
  }
  offer_next_ %= kCheckNames;
}

CheckNameId CheckNames::use(const CheckName& name) {
  const std::uint64_t hash = hash_of(name);
  CheckNameId& head = buckets_[hash % kCheckNames];
  for (CheckNameId id = head; id != 0; id = entries_[id].next) {
    if (entries_[id].name != name) continue;
    ++entries_[id].uses;
    return id;
  }
  if (free_ == 0) {
    ++refused_;
    return 0;
  }
  const CheckNameId id = free_;
  Entry& entry = entries_[id];
  free_ = entry.next;
  entry = {name, 1, head};
  head = id;
  causes_[id] = places_.take(name, hash, when_);
  host_table_.write_check_name(id, name);
  return id;
}

void CheckNames::release(CheckNameId id) {
  if (id == 0) return;
  Entry& entry = entries_[id];
  INVARIANT(entry.uses > 0);
  if (--entry.uses > 0) return;
  CheckNameId* link = &buckets_[bucket_of(entry.name)];
  while (*link != id) link = &entries_[*link].next;
  *link = entry.next;
  places_.release(causes_[id]);
  causes_[id] = kOtherCause;
  entry = {CheckName{}, 0, free_};
  free_ = id;
  host_table_.write_check_name(id, CheckName{});
}

}  // namespace flatline
