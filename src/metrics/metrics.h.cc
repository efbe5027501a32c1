#include "../../../work/main/src/metrics/metrics.h"
