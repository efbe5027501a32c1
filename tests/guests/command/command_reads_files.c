// The same attempts on files as cgi_reads_files, through WASI 0.2.
#include "../cgi/cgi_reads_files.c"
