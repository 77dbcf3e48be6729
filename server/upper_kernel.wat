;; The upper-casing kernel: UTF-8 in a WebAssembly memory, 16 bytes at a time where it is ASCII.
;;
;; The memory is the server's: connections read into it and are written from it, so that no byte is
;; copied on its way. It begins with the table of capitals, which the host fills in from the
;; JavaScript engine's own toUpperCase:
;;
;;   [0, 17408)   a byte for each page of 64 code points: 0 where no character of the page changes,
;;                else the number of the page's entries
;;   [17408, …)   entries: 64 for each number, 8 bytes each: the length of the capital in UTF-8, 0 to
;;                7, and its bytes. Number 0 has none, so its 512 bytes stay unused.
;;
;; Both functions read and write whole blocks of 16 bytes, so that every buffer needs 16 bytes of
;; slack behind its end, whose content does not matter.
(module
  ;; 256 MiB of address space; only what is touched becomes memory.
  (memory (export "memory") 4096 4096)

  ;; How many bytes the last call of $unicode has consumed.
  (global $consumed (export "consumed") (mut i32) (i32.const 0))

  ;; Returns the block with a to z in upper case: bit 5 is taken from the bytes from 0x61 to 0x7a.
  (func $capitals (param $block v128) (result v128)
    (v128.andnot
      (local.get $block)
      (v128.and
        (i8x16.splat (i32.const 0x20))
        (i8x16.lt_u
          (i8x16.sub (local.get $block) (i8x16.splat (i32.const 0x61)))
          (i8x16.splat (i32.const 26))))))

  ;; Changes the ASCII text of $length bytes at $start in place. Returns $length, or, when some byte is
  ;; not ASCII, the offset of the block that has it, which is left as it is.
  (func (export "ascii") (param $start i32) (param $length i32) (result i32)
    (local $at i32) (local $left i32) (local $high i32) (local $block v128)
    (loop $next
      (if (i32.ge_u (local.get $at) (local.get $length)) (then (return (local.get $length))))
      (local.set $block (v128.load (i32.add (local.get $start) (local.get $at))))
      (local.set $high (i8x16.bitmask (local.get $block)))
      (if (local.get $high) (then
        ;; Behind the end there may be anything: only the bits of what is left count.
        (local.set $left (i32.sub (local.get $length) (local.get $at)))
        (if (i32.lt_u (local.get $left) (i32.const 16)) (then
          (local.set $high (i32.and (local.get $high)
            (i32.sub (i32.shl (i32.const 1) (local.get $left)) (i32.const 1))))))
        (if (local.get $high) (then (return (local.get $at))))))
      (v128.store (i32.add (local.get $start) (local.get $at)) (call $capitals (local.get $block)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $next))
    (unreachable))

  ;; Writes the $length bytes at $from in upper case to $to, where there must be room for three times as
  ;; many and 16. Returns how many bytes it has written; $consumed tells how many it has read: all but
  ;; the at most three bytes of a character that is not complete. What is not UTF-8 is copied.
  (func $unicode (export "unicode") (param $from i32) (param $length i32) (param $to i32) (result i32)
    (local $read i32) (local $write i32) (local $end i32) (local $left i32)
    (local $block v128) (local $ascii i32)
    (local $word i32) (local $lead i32) (local $second i32)
    (local $page i32) (local $index i32) (local $size i32) (local $entry i64)
    (local.set $read (local.get $from))
    (local.set $write (local.get $to))
    (local.set $end (i32.add (local.get $from) (local.get $length)))
    (block $done
      (loop $next
        (local.set $left (i32.sub (local.get $end) (local.get $read)))
        (br_if $done (i32.le_s (local.get $left) (i32.const 0)))

        ;; A whole block: what is ASCII at its beginning is done at once.
        (if (i32.ge_u (local.get $left) (i32.const 16)) (then
          (local.set $block (v128.load (local.get $read)))
          (v128.store (local.get $write) (call $capitals (local.get $block)))
          (local.set $ascii (i32.ctz
            (i32.or (i8x16.bitmask (local.get $block)) (i32.const 0x10000))))
          (local.set $read (i32.add (local.get $read) (local.get $ascii)))
          (local.set $write (i32.add (local.get $write) (local.get $ascii)))
          (br_if $next (i32.eq (local.get $ascii) (i32.const 16))))
        (else
          (local.set $lead (i32.load8_u (local.get $read)))
          (if (i32.lt_u (local.get $lead) (i32.const 0x80)) (then
            (i32.store8 (local.get $write) (i32.sub (local.get $lead) (i32.shl
              (i32.lt_u (i32.sub (local.get $lead) (i32.const 0x61)) (i32.const 26))
              (i32.const 5))))
            (local.set $read (i32.add (local.get $read) (i32.const 1)))
            (local.set $write (i32.add (local.get $write) (i32.const 1)))
            (br $next)))))

        ;; One character after the other, as long as they are not ASCII. The well-formed ones are those
        ;; of table 3-7 of the Unicode Standard.
        (loop $character
          (block $malformed
            (local.set $left (i32.sub (local.get $end) (local.get $read)))
            (br_if $done (i32.le_s (local.get $left) (i32.const 0)))
            (local.set $word (i32.load (local.get $read)))
            (local.set $lead (i32.and (local.get $word) (i32.const 0xff)))
            (br_if $next (i32.lt_u (local.get $lead) (i32.const 0x80)))
            (br_if $malformed (i32.lt_u (local.get $lead) (i32.const 0xc2)))
            (br_if $malformed (i32.gt_u (local.get $lead) (i32.const 0xf4)))
            (br_if $done (i32.lt_u (local.get $left) (i32.const 2)))
            (br_if $malformed
              (i32.ne (i32.and (local.get $word) (i32.const 0xc000)) (i32.const 0x8000)))
            (local.set $second
              (i32.and (i32.shr_u (local.get $word) (i32.const 8)) (i32.const 0xff)))

            (block $complete
              (if (i32.lt_u (local.get $lead) (i32.const 0xe0)) (then
                (local.set $size (i32.const 2))
                (local.set $page (i32.and (local.get $lead) (i32.const 0x1f)))
                (local.set $index (i32.and (local.get $second) (i32.const 0x3f)))
                (br $complete)))

              ;; After these the second byte's range is narrower: no overlong forms, no surrogates, nothing
              ;; above U+10FFFF.
              (br_if $malformed (i32.and
                (i32.eq (local.get $lead) (i32.const 0xe0))
                (i32.lt_u (local.get $second) (i32.const 0xa0))))
              (br_if $malformed (i32.and
                (i32.eq (local.get $lead) (i32.const 0xed))
                (i32.gt_u (local.get $second) (i32.const 0x9f))))
              (br_if $malformed (i32.and
                (i32.eq (local.get $lead) (i32.const 0xf0))
                (i32.lt_u (local.get $second) (i32.const 0x90))))
              (br_if $malformed (i32.and
                (i32.eq (local.get $lead) (i32.const 0xf4))
                (i32.gt_u (local.get $second) (i32.const 0x8f))))
              (br_if $done (i32.lt_u (local.get $left) (i32.const 3)))
              (br_if $malformed
                (i32.ne (i32.and (local.get $word) (i32.const 0xc00000)) (i32.const 0x800000)))
              (if (i32.lt_u (local.get $lead) (i32.const 0xf0)) (then
                (local.set $size (i32.const 3))
                (local.set $page (i32.or
                  (i32.shl (i32.and (local.get $lead) (i32.const 0x0f)) (i32.const 6))
                  (i32.and (local.get $second) (i32.const 0x3f))))
                (local.set $index
                  (i32.and (i32.shr_u (local.get $word) (i32.const 16)) (i32.const 0x3f)))
                (br $complete)))

              (br_if $done (i32.lt_u (local.get $left) (i32.const 4)))
              (br_if $malformed
                (i32.ne (i32.and (local.get $word) (i32.const 0xc0000000)) (i32.const 0x80000000)))
              (local.set $size (i32.const 4))
              (local.set $page (i32.or (i32.or
                (i32.shl (i32.and (local.get $lead) (i32.const 0x07)) (i32.const 12))
                (i32.shl (i32.and (local.get $second) (i32.const 0x3f)) (i32.const 6)))
                (i32.and (i32.shr_u (local.get $word) (i32.const 16)) (i32.const 0x3f))))
              (local.set $index
                (i32.and (i32.shr_u (local.get $word) (i32.const 24)) (i32.const 0x3f))))

            (local.set $page (i32.load8_u (local.get $page)))
            (if (local.get $page)
              (then
                (local.set $entry (i64.load offset=17408 (i32.add
                  (i32.shl (local.get $page) (i32.const 9))
                  (i32.shl (local.get $index) (i32.const 3)))))
                (i64.store (local.get $write) (i64.shr_u (local.get $entry) (i64.const 8)))
                (local.set $write (i32.add (local.get $write)
                  (i32.and (i32.wrap_i64 (local.get $entry)) (i32.const 0xff)))))
              (else
                (i32.store (local.get $write) (local.get $word))
                (local.set $write (i32.add (local.get $write) (local.get $size)))))
            (local.set $read (i32.add (local.get $read) (local.get $size)))
            (br $character))

          ;; Malformed: the byte stays what it is.
          (i32.store8 (local.get $write) (local.get $lead))
          (local.set $read (i32.add (local.get $read) (i32.const 1)))
          (local.set $write (i32.add (local.get $write) (i32.const 1)))
          (br $character))))
    (global.set $consumed (i32.sub (local.get $read) (local.get $from)))
    (i32.sub (local.get $write) (local.get $to))))
