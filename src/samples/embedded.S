// The samples' modules, as they are in this folder, between two symbols each.

.macro embed name, file
  .global rockpool_sample_\name
  .global rockpool_sample_\name\()_end
  .balign 16
rockpool_sample_\name:
  .incbin "\file"
rockpool_sample_\name\()_end:
  .byte 0
.endm

  .section .rodata
  embed hello, "hello.wasm"
  embed echo, "echo.wasm"
  embed form, "form.wasm"
  embed sum, "sum.wasm"

  .section .note.GNU-stack, "", %progbits
