#include "../../../work/main/src/metrics/shards.h"
