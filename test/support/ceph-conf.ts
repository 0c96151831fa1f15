/** Where a throw-away Ceph keeps what, and how much it can hold. */
export interface CephLayout {
  folder: string;
  fsid: string;
  monitorPort: number;
  gatewayPort: number;
  /** `memory` is quick; `disk` is a sparse file, for more data than the machine has memory. */
  store: 'memory' | 'disk';
  storeBytes: number;
}

/** The monitor's only address. */
export function monitorAddress({ monitorPort }: CephLayout): string {
  return `[v2:127.0.0.1:${monitorPort}]`;
}

/**
 * The ceph.conf of one monitor, one OSD and one RADOS Gateway on loopback, without a manager and without cephx.
 * Options are described in Ceph's "Configuration Reference".
 */
export function cephConf(layout: CephLayout): string {
  const { folder, fsid, gatewayPort, store, storeBytes } = layout;
  return `[global]
fsid = ${fsid}
mon host = ${monitorAddress(layout)}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
ms bind msgr1 = false

auth cluster required = none
auth service required = none
auth client required = none
# The gateway wants an encrypted link to the monitor, which needs cephx: it would wait for ever.
ms mon client mode = crc

run dir = ${folder}/run
crash dir = ${folder}/run
mon data = ${folder}/mon
osd data = ${folder}/osd
rgw data = ${folder}/rgw
keyring = ${folder}/keyring
admin socket =
log file = ${folder}/log/$name.log
mon cluster log file = ${folder}/log/cluster.log
log to stderr = false
err to stderr = true
debug mon = 0/0
debug paxos = 0/0
debug osd = 0/0
debug ms = 0/0
debug rgw = 1/1

# One copy on one OSD.
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 2000

# A monitor ends itself where less than 5 % of the disk is free.
mon data avail warn = 2
mon data avail crit = 1

# Pools and maps are made one after the other at the start, each in a round of the monitor.
paxos propose interval = 0.02
paxos min wait = 0.01

[osd]
osd objectstore = ${store === 'memory' ? 'memstore' : 'bluestore'}
memstore device bytes = ${storeBytes}
bluestore block size = ${storeBytes}
bluestore block create = true
osd memory target = 1073741824
osd class update on start = false

[client]
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort}
rgw thread pool size = 64
rgw override bucket index max shards = 1
rgw dynamic resharding = false
rgw dns name = localhost
rgw enable static website = true
# What was deleted gives its memory back after half a minute; the default is two hours.
rgw gc obj min wait = 30
rgw gc processor period = 30
# Encryption with the customer's key (SSE-C) over plain HTTP.
rgw crypt require ssl = false
`;
}
