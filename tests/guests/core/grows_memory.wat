;; Grows its memory by as many pages as asked, if it may, and tells how many it has then.
(module
  (memory 1)
  (func (export "grow") (param $pages i32) (result i32)
    (drop (memory.grow (local.get $pages)))
    (memory.size)))
