// The page of verdicts.
import { get } from '../api.js';
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { custodianLink, empty, exports, pageParams, pager, table, time } from '../parts.js';

export const title = () => t('verdicts.title');

export const load = ({ query }) => get('/api/verdicts', pageParams(query));

export function view(list) {
  return [
    h('p.lead', {}, t('verdicts.about')),
    list.items.length ? [exports('/api/verdicts', {}), verdictTable(list.items), pager(list)] : empty(t('verdicts.none')),
  ];
}

function verdictTable(rows) {
  return table({
    id: 'verdicts', caption: t('verdicts.caption'), rows, key: v => `${v.custodian} ${v.at}`,
    rowProps: v => ({ 'data-testid': 'verdict-row', 'data-custodian': v.custodian, 'data-verdict': v.verdict }),
    columns: [
      { key: 'custodian', label: t('col.custodian'), head: true, cell: v => {
        const link = custodianLink(v.custodian);
        link.setAttribute('data-row-link', '');
        return link;
      } },
      { key: 'verdict', label: t('col.verdict'), cell: v => h(`span.status.verdict-${v.verdict}`, {}, t('verdict.' + v.verdict)) },
      { key: 'inForce', label: t('col.inForce'), cell: v => t(v.inForce ? 'inForce.yes' : 'inForce.no') },
      { key: 'by', label: t('col.by'), cell: v => v.by },
      { key: 'at', label: t('col.at'), cell: v => time(v.at) },
      { key: 'note', label: t('col.note'), wide: true, cell: v => v.note ?? '–' },
      { key: 'expiresAt', label: t('col.expiresAt'), cell: v => time(v.expiresAt) },
    ],
  });
}
