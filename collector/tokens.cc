#include "collector/tokens.h"

#include "schema/program/token_file.h"

namespace flatline {

ConfiguredTokens read_tokens(const CollectorConfig& config, bool insecure_reads) {
  ConfiguredTokens read;
  if (config.read_token) read.read_token = read_token_file(*config.read_token);
  if (!config.tokens) return read;
  read.list = read_token_list(*config.tokens);
  read.readers_need_one = !insecure_reads;
  return read;
}

}  // namespace flatline
