module noncense

go 1.18
