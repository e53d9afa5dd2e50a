#include "collector/api/collector_facts.h"

#include "collector/api/admin_gate.h"
#include "collector/api/client_text.h"
#include "collector/api/tls.h"

namespace flatline {

CollectorFacts facts_of(const ApiSources& sources) {
  CollectorFacts facts{sources.receive_buffer, sources.storage(), std::nullopt,
                       sources.started,        sources.tick,      sources.gate.refused()};
  if (sources.tls != nullptr) facts.certificate_expires = sources.tls->certificate()->expires();
  const WrongTokens::Most most = sources.gate.most_wrong_tokens();
  facts.wrong_tokens = sources.gate.wrong_tokens();
  facts.wrong_tokens_there = most.count;
  if (most.count > 0) facts.wrong_tokens_from = client_text(most.client);
  Freeze freeze;
  if (sources.host_table.actions().freeze.read(0, freeze)) facts.freeze = freeze;
  return facts;
}

}  // namespace flatline
