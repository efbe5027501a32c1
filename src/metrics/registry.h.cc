#include "../../../work/main/src/metrics/registry.h"
