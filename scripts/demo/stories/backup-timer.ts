import { CodexSession } from '../codex.ts';
import type { Story } from '../step.ts';

const workspace = { cwd: '/srv/infra', repository: 'harbor/infra', branch: 'backup-timer' };

const unit = `*** Begin Patch
*** Add File: systemd/backup.timer
+[Unit]
+Description=Nightly database backup
+
+[Timer]
+OnCalendar=*-*-* 02:30:00
+RandomizedDelaySec=10min
+Persistent=true
+
+[Install]
+WantedBy=timers.target
*** Delete File: cron.d/backup
*** End Patch
`;

const session = new CodexSession(workspace)
  .prompt('Move the nightly backup from cron to a systemd timer. It must catch up after a reboot, and failures must page.')
  .bash('cat cron.d/backup', '30 2 * * * root /opt/backup/run.sh >> /var/log/backup.log 2>&1\n', 300)
  .bash(
    'systemctl list-timers --all --no-pager | head -5',
    'NEXT                        LEFT     LAST  PASSED  UNIT\nSat 2026-11-21 06:12:00 UTC 4h left  -     -       apt-daily.timer\n',
    420,
  )
  .used({ input: 5200, output: 640, cacheRead: 18_000 })
  .patch(unit, ['A systemd/backup.timer', 'D cron.d/backup'])
  .bash(
    'systemd-analyze verify systemd/backup.timer && systemd-analyze calendar "*-*-* 02:30:00"',
    '  Original form: *-*-* 02:30:00\nNormalized form: *-*-* 02:30:00\n    Next elapse: Sun 2026-11-22 02:30:00 UTC\n',
    900,
  )
  .used({ input: 2100, output: 410, cacheRead: 25_300 })
  .bash(
    './test/backup-fails.sh',
    'backup.service: Main process exited, code=exited, status=1/FAILURE\nOnFailure= dependencies triggered: pager@backup.service\npager: sent "backup failed on db-2"\n',
    2600,
  )
  .used({ input: 900, output: 260, cacheRead: 28_100 })
  .stop(
    'The backup now runs from `backup.timer`: **Persistent=true** catches up after a reboot, and `OnFailure=pager@%n` pages. I broke the script once on purpose, and the page arrived.',
  );

/** Completes. */
export const backupTimer: Story = { title: 'Backup timer', project: 'platform', startsAfterMs: 2000, steps: session.steps };
