#include "schema/view_json.h"

#include <capnp/compat/json.h>
#include <capnp/message.h>

#include "schema/view.capnp.h"
