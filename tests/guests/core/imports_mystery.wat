;; Imports functions that no host offers, one of them nearly WASI's: a deploy names each and the nearest offered.
(module
  (import "env" "mystery" (func $mystery (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_wrote"
    (func $fd_wrote (param i32 i32 i32 i32) (result i32)))
  (func (export "answer") (result i32) (call $mystery (i32.const 1))))
