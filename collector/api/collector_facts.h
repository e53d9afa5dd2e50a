#pragma once

// Asks those who know what a summary and the metrics tell about the collector, apart from its view.

#include "collector/api/render.h"
#include "collector/api/sources.h"

namespace flatline {

CollectorFacts facts_of(const ApiSources& sources);

}  // namespace flatline
