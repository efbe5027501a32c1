// The same answer as cgi_env, through WASI 0.2.
#include "../cgi/cgi_env.c"
