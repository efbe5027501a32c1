// Ends well without a single byte: not an answer.
int main(void) {
  return 0;
}
