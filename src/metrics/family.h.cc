#include "../../../work/main/src/metrics/family.h"
