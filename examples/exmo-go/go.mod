module exmo-go

go 1.18

require noncense v0.0.0

replace noncense => ../../adapters/go
