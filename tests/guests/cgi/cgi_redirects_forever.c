// Redirects locally to itself, each time: there is a limit to how deep the host follows.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  printf("Location: %s/again\n\n", getenv("SCRIPT_NAME"));
  return 0;
}
