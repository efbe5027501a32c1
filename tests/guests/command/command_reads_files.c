// The same attempts on files and sockets as cgi_reads_files, through WASI 0.2.
#include "../cgi/cgi_reads_files.c"
