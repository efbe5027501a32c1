;; `scan` counts what is not as new in its memory (declared and grown), tables, globals and locals: always 0, if nothing
;; of an earlier tenant is left. `scan_after_writing` shows that it can find something.
(module
  (memory (export "memory") 1 512)
  (table $declared 1000 1000 funcref)
  (table $grown 10 100000 funcref)
  (global $small (mut i32) (i32.const 0))
  (global $large (mut i64) (i64.const 0))
  (global $real (mut f64) (f64.const 0))
  (global $reference (mut funcref) (ref.null func))
  (elem declare func $scan_memory)

  (func $scan (export "scan") (result i32)
    (local $found i32)
    (local.set $found (call $scan_memory (i32.const 0)))
    (local.set $found
      (i32.add (local.get $found)
        (call $scan_memory (i32.mul (memory.grow (i32.const 79)) (i32.const 65536)))))
    (drop (table.grow $grown (ref.null func) (i32.const 50000)))
    (local.set $found (i32.add (local.get $found) (call $scan_tables)))
    (local.set $found (i32.add (local.get $found) (call $scan_globals)))
    (i32.add (local.get $found) (call $scan_locals (i32.const 1000))))

  ;; One word of memory, one element of each table, one global: 4, or something else is broken.
  (func (export "scan_after_writing") (result i32)
    (i64.store (i32.const 65528) (i64.const 0xA5))
    (table.set $declared (i32.const 999) (ref.func $scan_memory))
    (table.set $grown (i32.const 9) (ref.func $scan_memory))
    (global.set $large (i64.const 0xA5))
    (call $scan))

  ;; Words of 64 bits that are not zero, from an address up to the end of the memory.
  (func $scan_memory (param $at i32) (result i32)
    (local $found i32) (local $end i32)
    (local.set $end (i32.mul (memory.size) (i32.const 65536)))
    (loop $next
      (local.set $found
        (i32.add (local.get $found) (i64.ne (i64.load (local.get $at)) (i64.const 0))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (local.get $found))

  (func $scan_tables (result i32)
    (local $found i32) (local $at i32)
    (loop $next
      (local.set $found
        (i32.add (local.get $found)
          (i32.eqz (ref.is_null (table.get $grown (local.get $at))))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (table.size $grown))))
    (local.set $at (i32.const 0))
    (loop $next
      (local.set $found
        (i32.add (local.get $found)
          (i32.eqz (ref.is_null (table.get $declared (local.get $at))))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (table.size $declared))))
    (local.get $found))

  (func $scan_globals (result i32)
    (i32.add
      (i32.add
        (i32.ne (global.get $small) (i32.const 0))
        (i64.ne (global.get $large) (i64.const 0)))
      (i32.add
        (i64.ne (i64.reinterpret_f64 (global.get $real)) (i64.const 0))
        (i32.eqz (ref.is_null (global.get $reference))))))

  ;; Locals that nobody set are zero, at any depth.
  (func $scan_locals (param $depth i32) (result i32)
    (local $a i64) (local $b i64) (local $c f64) (local $deeper i32)
    (if (local.get $depth)
      (then
        (local.set $deeper (call $scan_locals (i32.sub (local.get $depth) (i32.const 1))))))
    (i32.add
      (local.get $deeper)
      (i32.add
        (i64.ne (i64.or (local.get $a) (local.get $b)) (i64.const 0))
        (i64.ne (i64.reinterpret_f64 (local.get $c)) (i64.const 0))))))
