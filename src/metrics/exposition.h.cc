#include "../../../work/main/src/metrics/exposition.h"
