// openapi.json between two symbols.

  .section .rodata
  .global rockpool_openapi_json
  .global rockpool_openapi_json_end
rockpool_openapi_json:
  .incbin "openapi.json"
rockpool_openapi_json_end:
  .byte 0

  .section .note.GNU-stack, "", %progbits
