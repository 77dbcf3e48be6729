/**
 * The sentences of the ladder in Chinese: patterns of the English ones, and what is said for each.
 *
 * @module
 */

/** A pattern, and its Chinese with `$1` for what the first group matches. */
export const CHINESE_SENTENCES: readonly (readonly [pattern: RegExp, chinese: string])[] = [
  [/^handshake 1\/3: the client asks to open$/, "握手 1/3：客户端请求建立连接"],
  [/^handshake 2\/3: connect\(\) returns$/, "握手 2/3：connect() 返回"],
  [/^handshake 2\/3: the server agrees$/, "握手 2/3：服务器同意"],
  [/^handshake 3\/3: accept\(\) can return$/, "握手 3/3：accept() 可以返回"],
  [/^close 1\/4: (client|server)'s read\(\) returns 0$/, "挥手 1/4：$1的 read() 返回 0"],
  [/^close 2\/4: the (client|server)'s half is closed$/, "挥手 2/4：$1的一半已关闭"],
  [/^close 2\+3\/4: ACK and FIN together$/, "挥手 2+3/4：ACK 与 FIN 合在一起"],
  [/^close 3\/4: (client|server)'s read\(\) returns 0$/, "挥手 3/4：$1的 read() 返回 0"],
  [/^close 4\/4: the (client|server) waits for 2 MSL$/, "挥手 4/4：$1等待 2 MSL"],
  [/^refused: nothing listens there$/, "被拒绝：那里没有监听"],
  [/^reset: read\(\) at the (client|server) fails$/, "重置：$1的 read() 失败"],
  [/^reset by the (client|server)$/, "被$1重置"],
  [/^simultaneous open$/, "同时打开"],
  [/^simultaneous close$/, "同时关闭"],
  [/^not of this connection$/, "不属于此连接"],
  [/^refused$/, "被拒绝"],
  [/^retransmission$/, "重传"],
  [/^fast retransmission$/, "快速重传"],
  [/^spurious retransmission$/, "多余的重传"],
  [/^window full$/, "窗口已满"],
  [/^out of order$/, "乱序"],
  [/^keep-alive$/, "保活"],
  [/^keep-alive ACK$/, "保活的 ACK"],
  [/^zero window$/, "零窗口"],
  [/^zero window probe$/, "零窗口探测"],
  [/^duplicate ACK$/, "重复 ACK"],
  [/^missing segment before it$/, "之前缺少报文段"],
  [/^ACK of a missing segment$/, "确认了缺少的报文段"],
  [/^closed by the (client|server)$/, "由$1关闭"],
  [/^half closed by the (client|server)$/, "由$1半关闭"],
  [/^closed by both ends at once$/, "两端同时关闭"],
  [/^half closed by both ends at once$/, "两端同时半关闭"],
  [/^closed by its only end$/, "由唯一的一端关闭"],
  [/^half closed by its only end$/, "由唯一的一端半关闭"],
  [/^no answer to (\d+) SYNs?$/, "$1 个 SYN 没有应答"],
  [/^still open$/, "仍打开"],
  [/^open$/, "打开"],
];
