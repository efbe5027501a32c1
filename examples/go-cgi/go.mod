module example.test/go-cgi

go 1.21
