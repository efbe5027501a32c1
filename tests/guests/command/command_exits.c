// A wasi:cli/run component that exits with 3 before any output.
#include <stdlib.h>

int main(void) {
  exit(3);
}
