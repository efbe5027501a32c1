#include "../../../work/main/src/metrics/labels.h"
